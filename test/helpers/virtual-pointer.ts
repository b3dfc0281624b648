/**
 * A mouse for a Wayland compositor without one: a client that implements just enough of the wire protocol (Wayland book, 4) for
 * wlroots' virtual pointers.
 */
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Desktop } from "./desktop.ts";

const DISPLAY = 1;
const LEFT_BUTTON = 0x110;
const MANAGER = "zwlr_virtual_pointer_manager_v1";

/**
 * Drags from one corner to the other with the left button, on a screen of this size, with a pause of `patience` ms at each step.
 */
export async function drag(
  { session }: Desktop,
  [from, to]: readonly [readonly [number, number], readonly [number, number]],
  screen: readonly [number, number],
  patience = 100,
): Promise<void> {
  const socket = connect(join(session.XDG_RUNTIME_DIR ?? "", session.WAYLAND_DISPLAY ?? ""));
  const globals = new Map<string, number>();
  const answered = new Map<number, () => void>();
  let last = DISPLAY;
  const send = (object: number, request: number, ...body: (number | string)[]) => {
    const words = Buffer.concat(body.map((part) => (typeof part === "string" ? text(part) : uint(part))));
    socket.write(Buffer.concat([uint(object), uint(((8 + words.length) << 16) | request), words]));
  };
  const round = () =>
    new Promise<void>((resolve) => {
      answered.set(++last, resolve);
      send(DISPLAY, 0, last);
    });
  const registry = ++last;
  let rest = Buffer.alloc(0);
  socket.on("data", (data) => {
    rest = Buffer.concat([rest, data]);
    for (let size = sizeOf(rest); size > 0; size = sizeOf(rest)) {
      const object = rest.readUInt32LE(0);
      if (object === registry) globals.set(textAt(rest, 12), rest.readUInt32LE(8));
      answered.get(object)?.();
      rest = rest.subarray(size);
    }
  });
  const bind = (name: string) => {
    const object = ++last;
    send(registry, 0, globals.get(name) ?? 0, name, 1, object);
    return object;
  };
  send(DISPLAY, 1, registry);
  await round();
  const [manager, seat, pointer] = [bind(MANAGER), bind("wl_seat"), ++last];
  send(manager, 0, seat, pointer);
  const step = async (request: number, ...body: number[]) => {
    send(pointer, request, Math.floor(performance.now()), ...body);
    send(pointer, 4); // the frame is complete
    await round();
    await pause(patience);
  };
  const middle = [(from[0] + to[0]) >> 1, (from[1] + to[1]) >> 1] as const;
  await step(1, ...from, ...screen);
  await step(2, LEFT_BUTTON, 1);
  for (const point of [middle, to]) await step(1, ...point, ...screen);
  await step(2, LEFT_BUTTON, 0);
  socket.destroy();
}

/** The size of the first message, including its header; 0 while it is incomplete. */
function sizeOf(bytes: Buffer): number {
  const size = bytes.length < 8 ? Number.POSITIVE_INFINITY : bytes.readUInt32LE(4) >>> 16;
  return size <= bytes.length ? size : 0;
}

function uint(value: number): Buffer {
  const word = Buffer.alloc(4);
  word.writeUInt32LE(value);
  return word;
}

/** Preceded by its length, and followed by a zero and padding to a multiple of four bytes. */
function text(value: string): Buffer {
  const length = value.length + 1;
  return Buffer.concat([uint(length), Buffer.from(value.padEnd(Math.ceil(length / 4) * 4, "\0"))]);
}

function textAt(bytes: Buffer, at: number): string {
  return bytes.toString("latin1", at + 4, at + 4 + bytes.readUInt32LE(at) - 1);
}
