/** A page of docs/ is its text: build.mjs and vitest.config.ts see to it. */
declare module "*.md" {
  const text: string;
  export default text;
}
