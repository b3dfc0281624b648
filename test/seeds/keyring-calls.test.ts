/** What the keyring store makes of a binding's answers, played by a pretended one. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { SEED_STORES } from "../../src/seeds/index.ts";
import { repairBusAddress } from "../../src/system/desktop/session-bus.ts";
import { github } from "../helpers/accounts.ts";
import { answering, fakeKeyring, testDeps } from "../helpers/seed-store-deps.ts";

const { keyring } = SEED_STORES;
const never = () => new Promise<never>(() => {});

describe("a message of the binding", () => {
  it.each([
    [
      "Platform failure: DBus error: Using X11 for dbus-daemon autolaunch was disabled at compile time",
      6,
      "no session bus",
    ],
    [
      "Platform failure: DBus error: The name org.freedesktop.secrets was not provided by any .service",
      6,
      "no Secret Service",
    ],
    [
      "Platform failure: DBus error: Did not receive a reply. Possible causes include",
      6,
      "it does not answer",
    ],
    ["Platform failure: DBus error: Failed to open socket: Too many open files", 6, "too many files"],
    ["Couldn't access platform storage: Secret Service: unlock prompt was dismissed", 6, "it is locked"],
    ["Couldn't access platform storage: Secret Service: no result found", 6, "no default collection"],
    ["Entry is matched by 2 credentials", 1, "more than one entry"],
    ["Password data is not valid UTF-8", 1, "damaged"],
    [
      "Value of 'password encoded as UTF-16' is longer than the platform limit of 2560 chars",
      1,
      "too long for this keyring",
    ],
    ["Something \u001b[31mnew", 6, "Something [31mnew"],
  ])("%s", async (message, exitCode, reason) => {
    const load = fakeKeyring(new Map(), () => {
      throw new Error(message);
    });
    const store = await keyring.open(testDeps({ keyring: { load } }));
    await expect(store.get("a")).rejects.toMatchObject({
      name: "UserError",
      exitCode,
      message: expect.stringContaining(reason),
      hints: expect.arrayContaining([expect.any(String)]),
    });
  });
});

describe("a call that does not end", () => {
  const patience = { noteAfter: 1, giveUpAfter: 20 };

  it("is noted once on a terminal, given up, and all others with it; main is told that it can't end", async () => {
    let stuck = 0;
    const calls: string[] = [];
    const load = fakeKeyring(new Map(), (call) => {
      calls.push(call);
      return never();
    });
    const deps = testDeps({
      keyring: {
        load,
        patience,
        onStuck: () => {
          stuck++;
        },
      },
      terminal: () => answering([]),
    });
    const store = await keyring.open(deps);
    const both = [store.get("a"), store.get("b")].map((call) =>
      expect(call).rejects.toMatchObject({
        exitCode: 6,
        message: expect.stringContaining("not unlocked within 0.02 s"),
      }),
    );
    await Promise.all(both);
    const before = [...calls];
    expect(before).toContain("get");
    await expect(store.delete("c")).rejects.toMatchObject({ exitCode: 6 });
    expect(calls).toEqual(before); // the keyring was not asked, so that nobody waits again
    expect(deps.notes).toEqual(["waiting for the keyring to be unlocked"]);
    expect(stuck).toBeGreaterThan(0);
  });

  it("is not noted once it has ended", async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const deps = testDeps({
      keyring: { load: fakeKeyring(), patience: { noteAfter: 1000, giveUpAfter: 5000 } },
      terminal: () => answering([]),
    });
    await (await keyring.open(deps)).put("a", github);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(deps.notes).toEqual([]);
  });

  it("is not noted without a terminal", async () => {
    const deps = testDeps({ keyring: { load: fakeKeyring(new Map(), never), patience } });
    await expect((await keyring.open(deps)).get("a")).rejects.toMatchObject({ exitCode: 6 });
    expect(deps.notes).toEqual([]);
  });
});

describe("the keyring store", () => {
  it("makes one entry per account, however often it is used", async () => {
    let opened = 0;
    const load = fakeKeyring(new Map(), (call) => {
      if (call === "open") opened++;
      return undefined;
    });
    const store = await keyring.open(testDeps({ keyring: { load } }));
    await store.put("a", github);
    await Promise.all([store.get("a"), store.get("a"), store.get("a")]);
    expect(opened).toBe(1);
  });

  it("notices a keyring that keeps something else", async () => {
    const altering = new Map<string, string>();
    const set = altering.set.bind(altering);
    altering.set = (id, text) => set(id, text.replace("octocat", "octodog"));
    const store = await keyring.open(testDeps({ keyring: { load: fakeKeyring(altering) } }));
    await expect(store.put("a", github)).rejects.toMatchObject({ exitCode: 1 });
  });
});

describe.skipIf(process.platform !== "linux")("the session bus after su (Linux)", () => {
  const { uid } = userInfo();
  let folder = "";

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "twinseed-test-"));
    mkdirSync(join(folder, String(uid)));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  async function listenOn(path: string): Promise<void> {
    const server = createServer();
    onTestFinished(() => void server.close());
    await new Promise<void>((resolve) => server.listen(path, resolve));
  }

  it("is found at the user's own address", async () => {
    await listenOn(join(folder, String(uid), "bus"));
    const env: Record<string, string | undefined> = {};
    repairBusAddress(env, folder);
    expect(env).toEqual({ DBUS_SESSION_BUS_ADDRESS: `unix:path=${folder}/${uid}/bus` });
  });

  it.each([{ DBUS_SESSION_BUS_ADDRESS: "unix:path=/x" }, { XDG_RUNTIME_DIR: "/x" }])(
    "is left alone where %j is set",
    async (given) => {
      await listenOn(join(folder, String(uid), "bus"));
      const env: Record<string, string | undefined> = { ...given };
      repairBusAddress(env, folder);
      expect(env).toEqual(given);
    },
  );

  it("is not made up where there is none, or only a file or a link", async () => {
    const env: Record<string, string | undefined> = {};
    repairBusAddress(env, folder);
    writeFileSync(join(folder, String(uid), "bus"), "");
    repairBusAddress(env, folder);
    rmSync(join(folder, String(uid), "bus"));
    await listenOn(join(folder, "elsewhere"));
    symlinkSync(join(folder, "elsewhere"), join(folder, String(uid), "bus"));
    repairBusAddress(env, folder);
    expect(env).toEqual({});
  });
});
