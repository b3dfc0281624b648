/** `code` of a store without a raw key loaded the whole program to learn that nothing has unlocked it. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { hasSocketFolder } from "../../src/system/channel/socket-folder.ts";
import { placesFor } from "../../src/system/channel/socket-place.ts";
import { stateFolderPath } from "../../src/system/disk/state-folder-path.ts";
import { temporaryFolder } from "../helpers/child.ts";

it.skipIf(process.platform === "win32")("every place of a socket is looked at, and no other", () => {
  const folder = temporaryFolder();
  const runtime = join(folder, "run");
  mkdirSync(runtime, { mode: 0o700 });
  const homes = [
    { HOME: join(folder, "a") },
    { HOME: join(folder, "b"), XDG_STATE_HOME: join(folder, "state") },
    { HOME: join(folder, "c"), TWINSEED_STATE: join(folder, "own") },
  ];
  for (const home of homes) {
    const env = { ...home, XDG_RUNTIME_DIR: join(folder, "none") };
    expect(hasSocketFolder(env)).toBe(false);
    const [place] = placesFor(folder, env);
    mkdirSync(place?.folder ?? "", { recursive: true });
    expect(hasSocketFolder(env)).toBe(true);
  }
  const env = { HOME: join(folder, "d"), XDG_RUNTIME_DIR: runtime };
  expect(hasSocketFolder(env)).toBe(false);
  mkdirSync([...placesFor(folder, env)][0]?.folder ?? "");
  expect(hasSocketFolder(env)).toBe(true);
  const mac = { HOME: join(folder, "e"), XDG_RUNTIME_DIR: join(folder, "none") };
  mkdirSync(join(stateFolderPath(mac, "/", "darwin"), "unlocked"), { recursive: true });
  expect(hasSocketFolder(mac)).toBe(true);
});
