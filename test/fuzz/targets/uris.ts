/** Single texts: otpauth URIs, Google's exports, lease URLs, keys and shares typed from paper. */
import { joinShares, readShare, splitKey } from "../../../src/backup/shares.ts";
import { asUserError, ExitCode, UserError } from "../../../src/base/errors.ts";
import {
  formatMigration,
  readMigrationUri,
  reasonToOmitFromGoogle,
} from "../../../src/formats/google-migration.ts";
import { addressOf } from "../../../src/leases/git.ts";
import { ENGINES } from "../../../src/leases/index.ts";
import { parseLeaseUrl, withoutUser } from "../../../src/leases/lease-url.ts";
import { withoutPassword } from "../../../src/leases/redis.ts";
import { sameCodes } from "../../../src/otp/enrollment.ts";
import { formatOtpauthUri, OtpauthUriError, parseOtpauthUri } from "../../../src/otp/otpauth-uri.ts";
import { aws, bank, counting, everyAccount, github } from "../../helpers/accounts.ts";
import { type Chance, mutate } from "../mutate.ts";
import { assertThat, type Sample, type Target } from "../target.ts";

const textSample = (text: string): Sample => ({ name: text.slice(0, 20), bytes: Buffer.from(text) });

const otpauth: Target = {
  name: "otpauth",
  refusals: [],
  samples: async () =>
    [
      ...everyAccount.map((one) => formatOtpauthUri(one)),
      "otpauth://totp/ACME%20Co:john.doe@email.com?secret=GEZDGNBVGY3TQOJQ&issuer=ACME%20Co&algorithm=SHA1&digits=6&period=30",
      "apple-otpauth://totp/x?secret=MFRG%20GZDF&digits=8&encoder=steam#fragment",
      "QR-Code: steam://STEAMKEYSTEAMKEY",
    ].map(textSample),
  async take(input) {
    try {
      const enrollment = parseOtpauthUri(input.toString());
      const again = parseOtpauthUri(formatOtpauthUri(enrollment));
      assertThat(sameCodes(again, enrollment), "other codes after writing");
      assertThat(
        again.issuer === enrollment.issuer && again.label === enrollment.label,
        "another name after writing",
      );
      return { outcome: "read" };
    } catch (error) {
      if (!(error instanceof OtpauthUriError)) throw error;
      return { outcome: "refused", said: [error.message] };
    }
  },
};

const START = "otpauth-migration://offline?data=";
const uriOf = (payload: Buffer): string => `${START}${encodeURIComponent(payload.toString("base64"))}`;
const payloadOf = (uri: Buffer): Buffer =>
  Buffer.from(decodeURIComponent(uri.toString().slice(START.length)), "base64");

/** Changes the bytes of the payload, and sometimes the text around them. */
const migration: Target = {
  name: "migration",
  refusals: [],
  async samples() {
    const uris = [
      ...(await formatMigration([github, aws, counting], { perCode: 10, batchId: 7 })),
      ...(await formatMigration(
        [github, bank, counting].filter((one) => !reasonToOmitFromGoogle(one)),
        { perCode: 1, batchId: 9 },
      )),
    ];
    return uris.map(textSample);
  },
  mutate: ({ bytes }: Sample, chance: Chance) => {
    const payload = payloadOf(bytes);
    return Buffer.from(uriOf(mutate(payload, [payload], chance)));
  },
  async take(input) {
    const { entries, skipped } = await readMigrationUri(input.toString());
    const list = entries.map(({ enrollment }) => enrollment).filter((one) => !reasonToOmitFromGoogle(one));
    const uris = await formatMigration(list, { perCode: 10, batchId: 1 });
    const back = (await Promise.all(uris.map(readMigrationUri))).flatMap((one) => one.entries);
    assertThat(back.length === list.length, "writing lost an entry");
    list.forEach((one, i) => {
      const other = back[i]?.enrollment;
      assertThat(other !== undefined && sameCodes(one, other), "other codes after writing");
      assertThat(other.issuer === one.issuer && other.label === one.label, "another name after writing");
    });
    return { outcome: entries.length > 0 ? "read" : "refused", said: skipped.map(({ reason }) => reason) };
  },
};

const PASSWORD = "GEZDGNBVGY3TQOJQGEZD";

/** The URL's password, marked like a seed, must never be printed. */
const lease: Target = {
  name: "lease-url",
  refusals: [ExitCode.usage, ExitCode.noUnspentCode],
  samples: async () =>
    [
      `redis://:${PASSWORD}@localhost:6379/0`,
      `rediss://user:${PASSWORD}@host.example`,
      `git+https://user:${PASSWORD}@host.example/group/repository.git`,
      `git+https://${PASSWORD}@host.example/r.git?x=y#z`,
      "git+ssh://git@host.example/r.git",
      "git+file:///srv/leases.git",
    ].map(textSample),
  async take(input) {
    const url = parseLeaseUrl(input.toString(), "--lease", Object.keys(ENGINES));
    const shown = withoutUser(url);
    // A change may have moved the mark to a part that may be shown.
    if (/gnbv|3tqo|gezd/i.test(url.host + url.pathname)) return { outcome: "misplaced" };
    if (url.protocol.startsWith("git+")) {
      const { address } = addressOf(url, shown);
      if (url.protocol === "git+https:")
        assertThat(!/^https:\/\/[^/?#]*@/.test(address), "a user in an argument");
    } else {
      const reason = withoutPassword(`can't reach ${url.href} with ${url.password}`, url);
      assertThat(url.password.length < 5 || !reason.includes(url.password), "a password in a reason");
    }
    return { outcome: "read", said: [shown] };
  },
};

const KEY = Uint8Array.from({ length: 32 }, (_, i) => 7 * i + 1);

const share: Target = {
  name: "share",
  refusals: [],
  samples: shares,
  async take(input) {
    const read = await readShare(input.toString()).catch(asUserError);
    if (read instanceof UserError) return { outcome: "refused", said: [read.message] };
    for (const { bytes } of await shares()) {
      const other = await readShare(bytes.toString());
      const key = await joinShares([read, other]).catch(asUserError);
      assertThat(key instanceof UserError || Buffer.from(KEY).equals(key), "another key");
    }
    return { outcome: "read" };
  },
};

async function shares(): Promise<readonly Sample[]> {
  made ??= splitKey(KEY, 2, 3);
  return (await made).map(({ words }) => textSample(words.join(" ")));
}

let made: ReturnType<typeof splitKey> | undefined;

export const uriTargets: readonly Target[] = [otpauth, migration, lease, share];
