/** The user's own files, named on the command line. */
export interface Files {
  /** Throws UserError if the file is not found, is a folder, or is larger than `limit` bytes. */
  read(path: string, limit: number): Promise<Uint8Array>;
  /**
   * Writes a new 0600 file in one step. Throws UserError if anything exists at the path, unless `replace`: then a file gets new
   * content, and a pipe or a device, which another user may have put there, is written into. `withFolders` makes the folders that are missing.
   * `keepMode`: who may read the file that is replaced may read the new one.
   */
  write(
    path: string,
    content: Uint8Array | string,
    options?: { replace?: boolean; withFolders?: boolean; keepMode?: boolean },
  ): Promise<void>;
  /** Whether the path is our own stdout or stderr by another name, or a terminal: writing there leaves no file behind. */
  isStream(path: string): Promise<boolean>;
  /** What the path is; links are not followed. */
  kind(path: string): Promise<"file" | "link" | "other" | "missing">;
  /** Throws UserError (exit 1) if no file can be created at this path: no such folder, no permission, read-only. */
  requireWritable(path: string): Promise<void>;
  /** When the file's content last changed, in milliseconds since 1970; undefined if that is not known. */
  modifiedAt(path: string): Promise<number | undefined>;
  /** Deletes a regular file, without overwriting its content; a missing file is no error. Throws UserError for anything else. */
  remove(path: string): Promise<void>;
  /**
   * Names of the files in a folder and its subfolders, relative, with "/", sorted, without hidden ones. undefined if the path
   * is not a folder. Throws UserError if there are more than `most` files.
   */
  folder(path: string, most: number): Promise<string[] | undefined>;
  /**
   * Expands wildcards where the shell does not (Windows). A path where no file is becomes that of the only file there whose name
   * looks the same: other blanks, or accents in another encoding.
   */
  expand(path: string): Promise<string[]>;
}
