// Loaded with `node --require`: what a program sees of a Mac, as far as it asks Node. The keychain is keychain.cjs.
const Module = require("node:module");
const { join } = require("node:path");

Object.defineProperty(process, "platform", { value: "darwin" });
Object.defineProperty(process, "arch", { value: "arm64" });

const resolve = Module._resolveFilename;
Module._resolveFilename = function (request, ...rest) {
  if (request.startsWith("@napi-rs/keyring")) return join(__dirname, "keychain.cjs");
  return resolve.call(this, request, ...rest);
};
