/**
 * The data folder. Names are relative, with "/" between folder and file. Files are 0600, folders 0700.
 * Every change is beside-the-target, fsync, rename, fsync the folder: a kill leaves the old state or the new one.
 */
export interface DataFolder {
  readonly path: string;
  /**
   * The file's text, or undefined where there is none. Throws UserError if it is there and can't be read, and if it is of this
   * computer alone and came with a git repository.
   */
  read(name: string): string | undefined;
  /** File names in a folder, sorted, without leftovers of interrupted writes; [] where there is no such folder. */
  list(folder: string): string[];
  /** Puts the file in place whole, over an older one. */
  write(name: string, text: string): void;
  /** Puts the file in place whole, unless one is there already: then false. */
  create(name: string, text: string): boolean;
  /**
   * The same for many files of one folder, at the price of one: `files` are names and texts. Each is there whole or not at
   * all, all of them when it returns. Gives the names that were taken already.
   */
  createAll(files: readonly (readonly [name: string, text: string])[]): string[];
  /** Changes with every file that comes into a folder, goes, or is replaced; undefined where there is no such folder. */
  stamp(folder: string): string | undefined;
  /** Renames durably, over an older one. */
  move(from: string, to: string): void;
  /** Removes durably; no file is no error. */
  remove(name: string): void;
  /** Runs alone among all twinseed processes on this folder. Not reentrant. */
  locked<T>(work: () => Promise<T>): Promise<T>;
}
