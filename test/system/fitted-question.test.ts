import { expect, it } from "vitest";
import { fittedQuestion } from "../../src/system/terminal/fitted-question.ts";

it.each([
  [80, "Type the code that phone shows (Enter skips): ", "Type the code that phone shows (Enter skips): "],
  [40, "Type the code that phone shows (Enter skips): ", "…phone shows (Enter skips): "],
  [24, "Next device (Enter: done): ", "…er: done): "],
  [40, "Code of 任天堂アカウント of my own (Enter skips): ", "…of my own (Enter skips): "],
  [3, "Next: ", "…"],
])("in a window of %i columns, %j leaves room for the answer", (columns, question, shown) => {
  expect(fittedQuestion(question, columns)).toBe(shown);
});
