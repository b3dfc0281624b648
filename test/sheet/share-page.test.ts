import { describe, expect, it } from "vitest";
import { formatSharePages, type ShareOnPaper } from "../../src/sheet/share-page.ts";
import { SHARES } from "./pages.ts";

const shares = SHARES.map((share, i): ShareOnPaper => {
  return {
    backup: "<b>my.backup",
    createdAt: "2026-01-30",
    number: i + 1,
    count: 3,
    needed: 2,
    words: share.split(" "),
  };
});

describe("shares", () => {
  const page = formatSharePages(shares, "2026-01-31", "letter");

  it("are one a page", () => {
    expect(page.match(/<section class="share">/g)).toHaveLength(3);
    expect(page).toContain(".share { break-after: page;");
  });
  it("say which they are, what they open, and how many it takes", () => {
    for (const number of [1, 2, 3]) expect(page).toContain(`<h1>Share ${number} of 3</h1>`);
    expect(page).toContain("any 2 of them are enough");
    expect(page).toContain("<bdi>&#60;b&#62;my.backup</bdi>");
    expect(page).toContain("2026-01-30");
  });
  it("have all words, in order, numbered", () => {
    const sections = page.split("<section").slice(1);
    const words = sections.map((section) =>
      Array.from(section.matchAll(/<li><b>(\d+)<\/b><span>(\w+)<\/span>/g), ([, i, word]) => `${i} ${word}`),
    );
    expect(words).toEqual(shares.map((share) => share.words.map((word, i) => `${i + 1} ${word}`)));
  });
  it("do not make up what nobody said, and leave room to fill it in", () => {
    const [first] = shares;
    if (first === undefined) throw new Error("there is none");
    const { number, needed, words } = first;
    const bare = formatSharePages([{ number, needed, words, count: undefined }], "2026-01-31");
    expect(bare).toContain("<h1>Share 1</h1>");
    expect(bare.match(/<span class="blank">/g)).toHaveLength(2);
    expect(bare).not.toContain("undefined");
  });
});
