/**
 * The data folder. Names are relative, with "/" between folder and file. Files are 0600, folders 0700.
 * Every change writes a temporary file next to the target, then fsync, rename, fsync of the folder: a kill leaves the old
 * state or the new one.
 */
export interface DataFolder {
  readonly path: string;
  /**
   * The file's text, or undefined if there is none. Throws UserError if it can't be read, or if it is a file of one computer
   * alone that came with a git repository.
   */
  read(name: string): string | undefined;
  /** File names in a folder, sorted, without leftovers of interrupted writes; [] if there is no such folder. */
  list(folder: string): string[];
  /** Writes the file in one step, replacing an older one. */
  write(name: string, text: string): void;
  /** Creates the file in one step. Returns false, and changes nothing, if it exists. */
  create(name: string, text: string): boolean;
  /**
   * The same for many files of one folder, at the cost of one. Each file appears complete or not at all; once this returns,
   * all of them exist. Returns the names of those that existed before.
   */
  createAll(files: readonly (readonly [name: string, text: string])[]): string[];
  /** Changes whenever a file in the folder is created, removed or replaced; undefined if there is no such folder. */
  stamp(folder: string): string | undefined;
  /** Renames durably, replacing an older file. */
  move(from: string, to: string): void;
  /** Removes durably; a missing file is no error. */
  remove(name: string): void;
  /** Runs `work` under the folder's lock, which no other twinseed process holds meanwhile. Not reentrant. */
  locked<T>(work: () => Promise<T>): Promise<T>;
}
