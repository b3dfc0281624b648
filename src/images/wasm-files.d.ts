/** Where a library does not say what its WebAssembly file is as a module. */
declare module "*.wasm" {
  const bytes: unknown;
  export default bytes;
}
