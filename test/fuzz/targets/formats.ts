/** Each import format: detected, and as with `--format`. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ExitCode } from "../../../src/base/errors.ts";
import { mayHaveUris } from "../../../src/formats/find-uris.ts";
import { type ForeignFile, openForeignFile } from "../../../src/formats/foreign-file.ts";
import type { Format, Reading } from "../../../src/formats/format.ts";
import { FORMATS, formatOf } from "../../../src/formats/index.ts";
import { readWhole } from "../../../src/formats/read-whole.ts";
import { formatOtpauthUri, parseOtpauthUri } from "../../../src/otp/otpauth-uri.ts";
import { codeThen } from "../../formats/reading.ts";
import { accepted, contentOf, plain, readBack } from "../../formats/round-trip.ts";
import { assertThat, type Sample, type Taken, type Target } from "../target.ts";
import { learning } from "../unsafe-derivations.ts";

const FOLDER = join(process.cwd(), "test/fixtures/formats");
/** Pictures have their own targets; the two files with deliberately slow locks are like others once open. */
const LEFT_OUT = /\.png$|argon2id-many-threads\.kdbx$|strong\.authpro$/;
const LONGEST = 100_000;
const MOST_WRITTEN = 50;

export const formatTargets: readonly Target[] = FORMATS.map((format) => ({
  name: `import-${format.id}`,
  refusals: [ExitCode.unreadable],
  samples: () => samplesOf(format),
  take: (input, sample) => take(format, input, sample),
  seconds: format.id === "kdbx" ? 5 : 2,
}));

async function samplesOf({ id }: Format): Promise<readonly Sample[]> {
  const list: { file: string; password?: string; keyFile?: string }[] = JSON.parse(
    readFileSync(join(FOLDER, id, "expected.json"), "utf8"),
  );
  const samples = list
    .filter(({ file, keyFile }) => !LEFT_OUT.test(file) && keyFile === undefined)
    .map(({ file, ...rest }) => ({ name: file, bytes: readFileSync(join(FOLDER, id, file)), ...rest }))
    .filter(({ bytes }) => bytes.length < LONGEST);
  await learning(async () => {
    for (const sample of samples) await detected(sample.bytes, sample).catch(() => {});
  });
  return samples;
}

async function take(format: Format, input: Buffer, sample: Sample): Promise<Taken> {
  const isForced = input.length % 2 === 0;
  const reading = isForced ? await forced(format, input, sample) : await detected(input, sample);
  if (reading === undefined) return { outcome: "of no format" };
  const { entries, skipped, notes = [] } = reading;
  for (const { at, enrollment } of entries) {
    assertThat(at !== "", "an entry without a place");
    const { issuer, label, otp, secret } = parseOtpauthUri(formatOtpauthUri(enrollment));
    assertThat(secret.equals(enrollment.secret), "another seed as a URI");
    assertThat(JSON.stringify([issuer, label, otp]) === fieldsOf(enrollment), "another account as a URI");
    assertThat(/^[0-9A-Z]{5,10}$/.test(codeThen(enrollment)), "no code");
  }
  for (const { at, reason } of skipped) {
    assertThat(/\S/.test(reason) && !/[\n\r\x1b]/.test(reason), "skipped without a reason that can be shown");
    assertThat(at !== "", "skipped without a place");
  }
  if (isForced) await comesBack(format, reading);
  const kind = entries.length === 0 ? "nothing" : skipped.length === 0 ? "read" : "read, some skipped";
  return { outcome: kind, said: [...skipped.flatMap(({ at, reason }) => [at, reason]), ...notes] };
}

function fieldsOf({ issuer, label, otp }: Reading["entries"][number]["enrollment"]): string {
  return JSON.stringify([issuer, label, otp]);
}

async function detected(input: Buffer, sample: Sample): Promise<Reading | undefined> {
  const file = await openForeignFile(sample.name, input);
  const format = formatOf(file);
  return format && read(format, file, sample);
}

async function forced(format: Format, input: Buffer, sample: Sample): Promise<Reading> {
  return read(format, await openForeignFile(sample.name, input), sample);
}

async function read(format: Format, file: ForeignFile, { password = "none" }: Sample): Promise<Reading> {
  return readWhole(format, file, async () => password);
}

/** Entries that were read can be written in the same format, and are the same when read again. */
async function comesBack(format: Format, { entries }: Reading): Promise<void> {
  if (format.writer === undefined || entries.length === 0) return;
  // A name with a URI in it is named when it is read again.
  const own = entries.filter(({ enrollment: { issuer, label } }) => !mayHaveUris(issuer + label));
  const enrollments = own.slice(0, MOST_WRITTEN).map(({ enrollment }) => enrollment);
  const list = accepted(format.writer, enrollments);
  if (list.length === 0) return;
  const password = format.writer.password === "always" ? "made up" : undefined;
  const back = await readBack(format, await contentOf(format, list, password), password);
  assertThat(back.length === list.length, "writing lost an entry");
  const secrets = list.map((one) => plain(one).secret);
  assertThat(
    JSON.stringify(secrets) === JSON.stringify((back as { secret: string }[]).map(({ secret }) => secret)),
    "writing changed a seed",
  );
}
