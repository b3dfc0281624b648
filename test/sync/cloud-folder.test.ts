import { expect, it } from "vitest";
import { cloudServiceOf } from "../../src/sync/cloud-folder.ts";

it.each([
  ["/home/a/Dropbox/twinseed", "Dropbox"],
  ["/Users/a/Library/Mobile Documents/com~apple~CloudDocs/twinseed", "iCloud Drive"],
  ["C:\\Users\\a\\OneDrive - Example\\twinseed", "OneDrive"],
  ["/Users/a/Library/CloudStorage/GoogleDrive-a@example.com/My Drive/t", "Google Drive"],
  ["/home/a/Nextcloud", "Nextcloud"],
  ["/home/a/.local/share/twinseed", undefined],
  ["/home/a/inbox/boxes/twinseed", undefined],
])("%s is in %s", (path, service) => {
  expect(cloudServiceOf(path)).toBe(service);
});
