/** For libraries that don't declare a module type for their WebAssembly file. */
declare module "*.wasm" {
  const bytes: unknown;
  export default bytes;
}
