/** What is written for Apple Passwords, read by a strict reader of the columns that Apple documents. */
import { parse } from "csv-parse/sync";
import { expect, it } from "vitest";
import { appleCsv } from "../../src/formats/apple-csv.ts";
import { formatOtpauthUri, parseOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { aws, bank, counting, everyAccount, github, odd, steam } from "../helpers/accounts.ts";
import { plain, steadyRandom, written } from "./round-trip.ts";

it("has the columns, quoted, and a URI in the last one", async () => {
  const list = [github, aws, { ...bank, label: 'quote " comma , line\nbreak' }, odd];
  const text = await written(appleCsv, list);
  const [header, ...rows]: string[][] = parse(text, { relax_quotes: false, relax_column_count: false });
  expect(header).toEqual(["Title", "URL", "Username", "Password", "Notes", "OTPAuth"]);
  expect(rows.map((row) => plain(parseOtpauthUri(row[5] ?? "")))).toEqual(list.map(plain));
  expect(rows.map(([title]) => title)).toEqual([github.issuer, aws.issuer, bank.issuer, odd.label]);
  expect(rows.map((row) => row[5])).toEqual(list.map((one) => formatOtpauthUri(one)));
});

it("has no counters and no Steam codes", () => {
  const reasons = everyAccount.map((one) => appleCsv.writer?.reasonToOmit(one, []));
  expect(everyAccount.filter((_, i) => reasons[i] !== undefined)).toEqual([counting, steam]);
});

it("a title is never empty", async () => {
  const nameless = { ...github, issuer: "", label: "" };
  const options = { random: steadyRandom(), now: 0, names: ["mine"] };
  expect(await appleCsv.writer?.write([nameless], options)).toContain('\n"mine","",""');
});
