/** What is taken from age-encryption: all of it would come with passkeys and other things that are never used here. */
export { armor, Decrypter } from "age-encryption";
