/** Shows the shares once: one after the other on the alternate screen, or all of them on stdout if that is not a terminal. */

import type { Share } from "../../backup/shares.ts";
import { printable } from "../../base/printable.ts";
import { wordGrid } from "../../opening/word-grid.ts";
import type { Size } from "../../ports/terminal.ts";
import { count, note, quoted, warn } from "../../talk/say.ts";
import type { Needs } from "../../world.ts";

/** `backup`: its name; `day`: when it was made. Throws UserError (interrupted) if the user leaves early. */
export async function showShares(
  shares: readonly Share[],
  backup: string,
  day: string,
  needs: Needs<"stdout" | "stderr" | "terminal">,
): Promise<void> {
  const terminal = needs.terminal();
  if (terminal === undefined || !needs.stdout.isTTY) {
    for (const share of shares) {
      const heading = `Share ${share.number} of ${share.count} of the backup ${quoted(backup)}, ${day}: any ${share.needed} open it`;
      needs.stdout.write(`${heading}\n${share.words.join(" ")}\n\n`);
    }
    const [some, needed] = [count(shares.length, "share"), shares[0]?.needed ?? 0];
    warn(needs, `wrote ${some} to stdout: anyone who reads ${needed} of them can open the backup`);
    return;
  }
  note(
    needs,
    `showing ${count(shares.length, "share")} on the screen, one after the other: write each on its own sheet of paper`,
  );
  await terminal.fullScreen(async (screen) => {
    for (const share of shares) {
      screen.draw((size) => picture(share, backup, day, size));
      await screen.ask(
        share.number === share.count
          ? "Written down? Press Enter to finish: "
          : "Written down? Press Enter for the next one: ",
      );
    }
  });
}

function picture({ number, count, needed, words }: Share, backup: string, day: string, size: Size): string {
  const head = [
    `Share ${number} of ${count}  (any ${needed} open the backup)`,
    `of ${printable(backup, Math.max(20, size.columns - 20))}, ${day}`,
    "",
  ];
  const lines = wordGrid(words, size);
  if (head.length + lines.length > size.rows) return "Enlarge the window: the share does not fit.";
  return [...head, ...lines].join("\n");
}
