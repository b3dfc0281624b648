/** Keys of servers and hardware tokens: each line says what its codes are, and a bad line loses none of the others. */
import { expect, it } from "vitest";
import { readBytes } from "./reading.ts";

const HEX = "3132333435363738393031323334353637383930";
const read = async (name: string, text: string) => {
  const { format, entries, skipped } = await readBytes(name, Buffer.from(text), null);
  return {
    format,
    otp: entries.map(({ enrollment }) => enrollment.otp),
    skipped: skipped.map(({ at, reason }) => `${at}: ${reason}`),
  };
};

it("tokens in CSV: a counter goes on where it is", async () => {
  const text = `serial;seed;type;counter;digits\n1;${HEX};HOTP;17;8\n2;${HEX}00;HOTP;;\n3;${HEX}01;HOTP;x;\n`;
  expect(await read("tokens.csv", text)).toMatchObject({
    format: "seed-csv",
    otp: [
      { type: "hotp", counter: 17, digits: 8 },
      { type: "hotp", counter: 0, digits: 6 },
    ],
    skipped: [expect.stringMatching(/^row 4: counter is not/)],
  });
});

it("users.oath: a bad line is named, and the others come in", async () => {
  const text = `# users\nHOTP/T30/6 alice - ${HEX}\nTOTP/T30 bob - ${HEX}\nHOTP carol -\nHOTP dave - ${HEX} 12\n`;
  expect(await read("users.oath", text)).toMatchObject({
    format: "users-oath",
    otp: [
      { type: "totp", period: 30 },
      { type: "hotp", counter: 12 },
    ],
    skipped: ["line 3: its type is none of pam_oath's", "line 4: it has no secret, or a damaged one"],
  });
});
