/** The entry point of the executable that needs no Node.js: what bin/twinseed.js does, and a hidden subcommand for our own tasks. */

// As in bin/twinseed.js: all that we write is for this user alone.
process.umask(0o077);

// As in Node.js, which makes it an uncaught exception, and main.ts says what becomes of that. Bun would print the error with all
// that it holds, and that can be a seed.
process.on("unhandledRejection", (error) => {
  throw error;
});

const isTask = process.argv[2] === "__task";
if (isTask) {
  process.argv.splice(2, 1); // so that the name of the task is where child-tasks.ts expects it
  void import("./child-tasks.ts");
} else {
  void import("./start.ts");
}
