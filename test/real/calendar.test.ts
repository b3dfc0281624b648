/** What Python's two calendar libraries make of `audit --calendar`; test/commands/audit-calendar.test.ts has a third reader. */
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { computerIn } from "../helpers/binary.ts";
import { temporaryFolder } from "../helpers/child.ts";
import { EXAMPLE_URI } from "../helpers/example.ts";

const READERS = {
  icalendar: `
import icalendar, json, sys
c = icalendar.Calendar.from_ical(sys.stdin.buffer.read())
print(json.dumps([[str(e["uid"]), e["dtstart"].dt.isoformat(), str(e["summary"]), str(e["description"]), len(e.errors)] for e in c.walk("vevent")]))`,
  vobject: `
import vobject, json, sys
c = vobject.readOne(sys.stdin.buffer.read().decode())
c.validate(raiseException=True)
print(json.dumps([[e.uid.value, e.dtstart.value.isoformat(), e.summary.value, e.description.value, 0] for e in c.vevent_list]))`,
};

/** The system's own Python has the system's packages; the first one on the PATH may be another. */
const python = ["python3", "/usr/bin/python3"].find((one) =>
  Object.keys(READERS).every((name) => spawnSync(one, ["-c", `import ${name}`]).status === 0),
);

function hasReaders(): boolean {
  if (python === undefined && process.env.CI === "true")
    throw new Error("CI must have python3-icalendar and python3-vobject installed: no test is skipped there");
  return python !== undefined;
}

it.skipIf(!hasReaders())("both read the same (needs python3-icalendar, python3-vobject)", async () => {
  const folder = temporaryFolder();
  const computer = computerIn(folder, {
    TWINSEED_STORE: "file",
    TWINSEED_PASSPHRASE: "only for this test",
    TZ: "Asia/Tokyo",
  });
  await computer.run(["add", "-", "--name", "aws-root"], { stdin: { text: EXAMPLE_URI } });
  await computer.run(["device", "add", "電話, 古い; a\\b", "--kind", "phone"]);
  const code = (await computer.run(["code", "aws-root"])).stdout.trim();
  expect(await computer.run(["verify", "aws-root", code, "--device", "電話, 古い; a\\b"])).toMatchObject({
    exitCode: 0,
  });
  const file = join(folder, "due.ics");
  const today = new Date().toISOString().slice(0, 10);
  expect(await computer.run(["audit", "--calendar", file])).toMatchObject({ exitCode: 0 });
  const read = Object.entries(READERS).map(([, source]) => {
    const events: unknown = JSON.parse(
      execFileSync(python ?? "python3", ["-c", source], { input: readFileSync(file), encoding: "utf8" }),
    );
    return events;
  });
  const due = new Date(Date.parse(today) + 180 * 86_400_000).toISOString().slice(0, 10);
  expect(read[0]).toEqual(read[1]);
  expect(read[0]).toMatchObject([
    [
      expect.stringMatching(/^[a-z0-9]+@twinseed$/),
      due,
      expect.stringContaining("電話, 古い; a\\b"),
      expect.stringContaining("device check"),
      0,
    ],
    ["audit@twinseed", expect.any(String), "twinseed: audit", expect.any(String), 0],
  ]);
});
