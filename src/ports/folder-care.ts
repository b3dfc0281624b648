/** What `doctor` looks at and repairs in the data folder: its files as files, whatever is in them. */

export interface FolderCare {
  /** What is wrong with the data folder's files as files; undefined where there is no such folder. Changes nothing. */
  fileFaults(): Promise<FileFault[] | undefined>;
  /** Sets the modes of files and folders right. */
  setModes(): Promise<void>;
  /** Ids that belong to another data folder of this user: a keyring is shared by all of them. */
  idsElsewhere(): Promise<string[]>;
}

export interface FileFault {
  /** "odd": neither a file nor a folder. "leftover": of an interrupted write. "no-modes": the disk keeps none, once. */
  readonly kind: "mode" | "no-modes" | "owner" | "link" | "odd" | "leftover";
  /** In the data folder; "" is the folder itself. */
  readonly name: string;
  /** The mode, the owner's number, or where the link points to. */
  readonly found: string;
}
