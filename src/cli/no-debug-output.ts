/**
 * With NODE_DEBUG=stream Node.js prints what it reads, a seed on stdin for one, and libraries have switches of their own.
 * All of that goes by way of process.stderr, which nothing of ours uses (see system/terminal/standard-streams.ts): it says nothing then.
 */
const { NODE_DEBUG, DEBUG } = process.env;
if (NODE_DEBUG || DEBUG)
  Object.defineProperty(process, "stderr", { value: { write: () => true, isTTY: false } });
