/**
 * With NODE_DEBUG=stream, Node.js prints what it reads, such as a seed on stdin, and libraries have switches of their own.
 * All of that goes through process.stderr, which our code never uses (see system/terminal/standard-streams.ts). So silence it.
 */
const { NODE_DEBUG, DEBUG } = process.env;
if (NODE_DEBUG || DEBUG)
  Object.defineProperty(process, "stderr", { value: { write: () => true, isTTY: false } });
