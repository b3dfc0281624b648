/** A page of docs/ is its text: build.mjs and vitest.config.ts see to it. */
declare module "*.md" {
  const text: string;
  export default text;
}

/** The viewer of recovery pages is its text; build.mjs makes it of src/page/. */
declare module "*/viewer.html" {
  const text: string;
  export default text;
}
