/**
 * libsodium's crypto_secretstream_xchacha20poly1305, one message, without additional data.
 * https://doc.libsodium.org/secret-key_cryptography/secretstream
 */

export const HEADER_BYTES = 24;
const KEY_BYTES = 32;
/** The message's tag and its authenticator. */
const OVERHEAD = 17;

/** Returns undefined if key, header and message do not match. */
export async function openSecretstream(
  key: Uint8Array,
  header: Uint8Array,
  sealed: Uint8Array,
): Promise<Uint8Array | undefined> {
  if (header.length !== HEADER_BYTES || key.length !== KEY_BYTES || sealed.length < OVERHEAD)
    return undefined;
  const { default: sodium } = await import("libsodium-wrappers");
  await sodium.ready;
  const state = sodium.crypto_secretstream_xchacha20poly1305_init_pull(header, key);
  const opened = sodium.crypto_secretstream_xchacha20poly1305_pull(state, sealed, null);
  if (!opened) return undefined;
  // MESSAGE and FINAL: another message follows, or none. The other tags are for streams that change their key.
  const tags: readonly number[] = [
    sodium.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE,
    sodium.crypto_secretstream_xchacha20poly1305_TAG_FINAL,
  ];
  return tags.includes(opened.tag) ? opened.message : undefined;
}
