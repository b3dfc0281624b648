/** PowerShell code shared by the clipboard and the screen tools, on Windows and in WSL. */

export const POWERSHELL = ["powershell.exe", "-NoProfile", "-NonInteractive", "-Command"] as const;

/** Prints $picture as a PNG in base64, because PowerShell's stdout would change raw bytes. */
export const printPng =
  "$bytes = New-Object IO.MemoryStream; $picture.Save($bytes, [Drawing.Imaging.ImageFormat]::Png); " +
  "[Console]::Out.Write([Convert]::ToBase64String($bytes.ToArray()))";
