/** The time, asked from servers of our own on this computer. */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { httpTime, ntpTime } from "../../src/system/ask-time.ts";

const NOON = Date.parse("2026-01-31T12:00:00Z");

async function httpServer(date: string | undefined): Promise<{ url: string; stop(): void }> {
  const server = createServer((_, answer) => {
    answer.sendDate = false;
    if (date !== undefined) answer.setHeader("Date", date);
    answer.end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, stop: () => server.close() };
}

describe("http", () => {
  it("reads the Date of an answer, in the middle of its second", async () => {
    const { url, stop } = await httpServer("Sat, 31 Jan 2026 12:00:00 GMT");
    expect(await httpTime(url)).toBe(NOON + 500);
    stop();
  });

  it("says what is wrong", async () => {
    const { url, stop } = await httpServer(undefined);
    await expect(httpTime(url)).rejects.toThrow("no Date");
    stop();
    await expect(httpTime("http://127.0.0.1:9/")).rejects.toMatchObject({ name: "UserError", exitCode: 1 });
    await expect(httpTime("ftp://example.org")).rejects.toThrow("not an http");
  });
});

describe("ntp", () => {
  async function ntpServer(seconds: number): Promise<{ host: string; stop(): void }> {
    const socket = createSocket("udp4");
    socket.on("message", (question, { port, address }) => {
      expect(question).toHaveLength(48);
      expect(question[0]).toBe(0x23);
      const answer = Buffer.alloc(48);
      answer.writeUInt32BE(seconds, 40);
      answer.writeUInt32BE(2 ** 31, 44);
      socket.send(answer, port, address);
    });
    socket.bind(0, "127.0.0.1");
    await once(socket, "listening");
    return { host: `127.0.0.1:${socket.address().port}`, stop: () => socket.close() };
  }

  it("reads the time of an answer, with its fraction", async () => {
    const { host, stop } = await ntpServer(NOON / 1000 + 2_208_988_800);
    expect(await ntpTime(host)).toBe(NOON + 500);
    stop();
  });

  it("a server that does not know the time is no source", async () => {
    const { host, stop } = await ntpServer(0);
    await expect(ntpTime(host)).rejects.toThrow("does not know");
    stop();
  });
});
