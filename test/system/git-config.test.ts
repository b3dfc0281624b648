/** Which settings of the data folder's own .git/config count. */
import { describe, expect, it } from "vitest";
import { judgeConfig } from "../../src/system/programs/git-config.ts";

const overridden = (key: string, own: (readonly [string, string])[] = []) =>
  judgeConfig([key], own).overrides;

describe("a setting of the folder", () => {
  it("that git itself, or the person, writes there is harmless", () => {
    const usual = [
      "core.repositoryformatversion",
      "core.filemode",
      "core.bare",
      "core.logallrefupdates",
      "core.ignorecase",
      "core.precomposeunicode",
      "remote.origin.url",
      "remote.origin.fetch",
      "remote.origin.pushurl",
      "branch.main.remote",
      "branch.main.merge",
      "user.name",
      "user.email",
      "extensions.objectformat",
      "pull.rebase",
      "commit.gpgsign",
      "gc.auto",
    ];
    expect(judgeConfig(usual, [])).toEqual({ overrides: [], refused: [] });
  });

  it("that starts a program is replaced with the user's own, or with none", () => {
    expect(overridden("core.sshCommand")).toEqual([["core.sshCommand", "ssh"]]);
    expect(overridden("core.sshcommand", [["core.sshCommand", "ssh -i mine"]])).toEqual([
      ["core.sshcommand", "ssh"],
      ["core.sshCommand", "ssh -i mine"],
    ]);
    expect(overridden("core.gitproxy")).toEqual([["core.gitproxy", ""]]);
    expect(overridden("filter.x.clean")).toEqual([["filter.x.clean", ""]]);
    expect(overridden("filter.x.required")).toEqual([["filter.x.required", "false"]]);
  });

  it("that adds a helper for passwords leaves the user's own", () => {
    const own = [["credential.helper", "mine"]] as const;
    expect(overridden("credential.helper", [...own])).toEqual(
      expect.arrayContaining([
        ["credential.helper", ""],
        ["credential.helper", "mine"],
      ]),
    );
    expect(overridden("credential.https://example.org.helper", [...own]).at(-1)).toEqual([
      "credential.helper",
      "mine",
    ]);
  });

  it.each([
    "include.path",
    "includeif.gitdir:/x.path",
    "url.ext::sh -c x.insteadof",
    "url.x.pushinsteadof",
    "remote.twinseed.uploadpack",
    "remote.twinseed.vcs",
    "remote.TWINSEED.uploadpack",
    "uploadpack.packobjectshook",
    "uploadpack.anything",
    "receive.procreceiverefs",
    "http.proxy",
    "http.sslverify",
    "http.https://example.org.sslcainfo",
    "extensions.worktreeconfig",
    "extensions.partialclone",
    "gc.recentobjectshook",
    "trace2.normaltarget",
    "hook.x.command",
    "something.new",
  ])("%s is refused by name", (key) => {
    const { refused } = judgeConfig([key], []);
    expect(refused).toEqual(key.startsWith("remote.TWINSEED") ? [] : [key]);
  });
});
