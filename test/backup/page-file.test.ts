/** Pages are HTML files from anywhere: what stands in them is one backup, or refused. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pageWith, partsOf } from "../../src/backup/page-file.ts";
import { faultOf } from "../../src/base/errors.ts";

const VIEWER = '<!doctype html>\n<p>ページ\n<pre id="backup" hidden>\n</pre>\n';
const [BEGIN, END] = ["-----BEGIN AGE ENCRYPTED FILE-----\n", "-----END AGE ENCRYPTED FILE-----\n"];
const ARMORED = `${BEGIN}YWdlLWVuY3J5cHRpb24=\n${END}`;
const bytes = (text: string) => new TextEncoder().encode(text);

it("the backup and the viewer come out as they went in", () => {
  const page = pageWith(VIEWER, ARMORED);
  expect(partsOf(bytes(page))).toEqual({ viewer: VIEWER, armored: ARMORED });
  expect(page.replace(ARMORED, "")).toBe(VIEWER);
});

it("a page that went through a Windows editor or a mail still opens, but is not the same viewer", () => {
  const parts = partsOf(bytes(`\ufeff${pageWith(VIEWER, ARMORED).replaceAll("\n", "\r\n")}`));
  expect(parts?.armored).toBe(ARMORED);
  expect(parts?.viewer).not.toBe(VIEWER);
});

it("anything else is not a page", () => {
  for (const text of [ARMORED, "age-encryption.org/v1\n", "", "{}", ` ${VIEWER.slice(20)}`])
    expect(partsOf(bytes(text))).toBeUndefined();
});

describe("refused", () => {
  it.each([
    ["a viewer alone", VIEWER, /no backup in it/],
    [
      "two backups, of which a reader could take either",
      pageWith(VIEWER, ARMORED) + ARMORED,
      /more than one/,
    ],
    ["one inside the other", pageWith(VIEWER, `${ARMORED}`).replace(END, `${BEGIN}${END}`), /more than one/],
    ["no end", pageWith(VIEWER, ARMORED).replace(END, ""), /not complete/],
    ["the end first", `${VIEWER}${END}${BEGIN}`, /not complete/],
    ["all on one line", `${VIEWER}${ARMORED.replaceAll("\n", " ")}`, /not complete/],
  ])("%s", (_, page, reason) => {
    expect(faultOf(() => partsOf(bytes(page)))).toMatch(reason);
  });

  it("what a page can't hold is never written", () => {
    expect(() => pageWith("<!doctype html>\n", ARMORED)).toThrow(/no single place/);
    expect(() => pageWith(`${VIEWER}${VIEWER}`, ARMORED)).toThrow(/no single place/);
  });
});

it("any bytes are a page with one backup, no page, or a clear error", () => {
  const piece = fc.constantFrom(
    "<!doctype html>\n",
    BEGIN,
    END,
    "\n",
    "x",
    VIEWER,
    "\r",
    '<pre id="backup" hidden>\n',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 12 }), (pieces) => {
      faultOf(() => {
        const parts = partsOf(bytes(pieces.join("")));
        if (parts !== undefined) expect(parts.viewer).not.toMatch(/BEGIN AGE|END AGE/);
      });
    }),
  );
});
