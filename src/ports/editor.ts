/** The user's own editor, on a private file in memory that is gone afterwards. */
export interface Editor {
  /**
   * What the user made of the text. Throws UserError if there is no folder in memory or no such editor, if the editor fails, or
   * if the file is then larger than `limit` bytes.
   */
  edit(text: string, limit: number): Promise<Uint8Array>;
}
