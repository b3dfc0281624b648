/** Hanging up on a connection that another thread has: a socket of the process that Node.js does not know. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { expect, it } from "vitest";
import { bundle, temporaryFolder } from "../helpers/child.ts";

const CHILD = `
import { setTimeout as pause } from "node:timers/promises";
import { shutDown, socketAt } from "./src/system/desktop/session-bus.ts";
const [before] = socketAt(3);
shutDown(before)
  .then(async (isShut) => {
    process.stdin.resume(); // until the other side has seen it
    await new Promise((resolve) => process.stdin.on("end", resolve));
    for (let turns = 0; turns < 5; turns++) await pause(1); // a Socket closes itself in one of the next turns
    const [after] = socketAt(3);
    console.log(JSON.stringify({ isShut, isOpen: after !== undefined && after.name === before.name }));
  });`;

it.skipIf(process.platform !== "linux")(
  "hanging up ends the connection, and never closes its number, which may be that of the next connection by then",
  async () => {
    const child = spawn(process.execPath, [bundle(CHILD, temporaryFolder())], {
      stdio: ["pipe", "pipe", "inherit", "pipe"],
    });
    const [stdin, stdout, , connection] = child.stdio;
    if (stdout === null || connection === undefined || connection === null) throw new Error("no pipes");
    connection.on("error", () => {});
    if ("resume" in connection) connection.resume();
    const said = text(stdout);
    await once(connection, "end");
    stdin?.end();
    expect(JSON.parse(await said)).toEqual({ isShut: true, isOpen: true });
  },
);
