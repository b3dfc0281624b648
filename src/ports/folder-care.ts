/** What `doctor` checks and repairs in the data folder: files and folders themselves, not their content. */

export interface FolderCare {
  /** Wrong modes, owners and kinds of files; undefined if there is no data folder. Changes nothing. */
  fileFaults(): Promise<FileFault[] | undefined>;
  /**
   * Who may use the data folder, and the files with keys and passphrases that the environment names, on a system without modes.
   * Elsewhere none: fileFaults tells.
   */
  access(): Promise<Access[]>;
  /** Corrects the modes of files and folders. */
  setModes(): Promise<void>;
  /** Ids that belong to this user's other data folders: all of them share one keyring. */
  idsElsewhere(): Promise<string[]>;
}

export interface Access {
  /** Of a file, or of a folder with all that is in it. */
  readonly path: string;
  /** Other users who may do something with it; undefined if the system does not say. */
  readonly others?: readonly string[];
  /** The command that takes their rights away. */
  readonly fix?: string;
}

export interface FileFault {
  /** "odd": neither a file nor a folder. "leftover": from an interrupted write. "no-modes": the disk keeps none, once. "other-home": all of it is another user's, and we are root. */
  readonly kind: "mode" | "no-modes" | "other-home" | "owner" | "link" | "odd" | "leftover";
  /** Relative to the data folder; "" is the folder itself. */
  readonly name: string;
  /** The mode, the owner's number, or where the link points to. */
  readonly found: string;
}
