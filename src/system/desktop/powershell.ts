/** What the clipboard and the screen have in common on Windows, from within WSL too. */

export const POWERSHELL = ["powershell.exe", "-NoProfile", "-NonInteractive", "-Command"] as const;

/** Prints $picture as a PNG in base64: bytes would not get through its stdout unchanged. */
export const printPng =
  "$bytes = New-Object IO.MemoryStream; $picture.Save($bytes, [Drawing.Imaging.ImageFormat]::Png); " +
  "[Console]::Out.Write([Convert]::ToBase64String($bytes.ToArray()))";
