/** What the papers say, in Japanese. */
import type { SheetWords } from "./sheet-words.ts";

const KINDS: ReadonlyMap<string, string> = new Map([
  ["phone", "スマートフォン"],
  ["tablet", "タブレット"],
  ["computer", "コンピューター"],
  ["hardware", "ハードウェアトークン"],
  ["paper", "紙"],
  ["backup", "バックアップ"],
]);

export const JAPANESE: SheetWords = {
  lang: "ja",
  margin: "この紙は鍵です。施錠できる場所に保管してください。",
  sheetTitle: (date) => `twinseed 復旧シート ${date}`,
  sharesTitle: (date) => `twinseed バックアップのシェア ${date}`,

  heading: "復旧シート",
  made: (accounts, hostname, date) =>
    `アカウント ${accounts} 件。${date} に ${hostname} の twinseed から印刷`,
  inLedger: (name) => `。記録上の名前は ${name}`,
  warning: `<strong>この紙は鍵です。</strong>これを読んだり、複写したり、撮影したりした人は、ここに載っているアカウントのログイン用コードを作れます。
パスワードとは別の、施錠できる場所に保管してください。アカウントのキーが新しくなったら、新しいシートを印刷し、この紙は裁断してください。`,
  scan: "任意の認証アプリで QR コードを<strong>読み取ります</strong>。以後、そのアプリにアカウントのログイン用コードが表示されます。",
  typeKey:
    "<strong>または、キーをアプリに入力します。</strong>斜線とその後の 4 文字は入力しません。設定は「コード」の欄のとおりに選びます。",
  typeCommand: `<strong>または、twinseed を使って、</strong>「入力するコマンド」の欄のとおりに入力します。キー(key)を求められたら、斜線とその後の 4 文字も
入力します。キーの入力誤りがないかを確かめるための文字です。空白と、大文字・小文字の違いは影響しません。数字の 0、1、8、9 は使われません。`,
  viewer: (command, hash) =>
    `復旧ページ(HTML 形式のバックアップ)は、どのブラウザーでも開けます。パスフレーズは、自分のページにだけ入力してください。この版では、
${command} の結果が ${hash} になります。`,
  missing: (names) =>
    `<strong>このシートに載っていないアカウント</strong>(キーを読み取れませんでした): ${names.join("、")}`,

  key: "キー / 検査文字",
  codes: "コード",
  command: "入力するコマンド",
  holders: "ほかの保管先",
  note: "メモ",
  asOf: (date, name) => `${date} 現在${name}。この紙は鍵です。施錠できる場所に保管してください。`,
  ownName: (name) => `、twinseed での名前は ${name}`,
  qr: "QR コード",
  noQr: "QR コードには長すぎます。キーを入力してください。",
  steam: "Steam ガード: 英数字 5 文字、30 秒ごとに新しいコード",
  timed: (algorithm, digits, period) =>
    `時刻ベース(TOTP)、${algorithm}、${digits} 桁、${period} 秒ごとに新しいコード`,
  counting: (algorithm, digits, counter, date) =>
    `カウンターベース(HOTP)、${algorithm}、${digits} 桁。次のカウンターは ${date} の時点で <strong>${counter}</strong>。その後にコードを使うたびに進んでいます。コードが受け付けられなければ、次のコードを順に試してください。`,
  noHolder: "twinseed の記録にはありません",
  kind: (kind) => KINDS.get(kind) ?? kind,
  confirmed: (date) => `${date} に確認`,
  unconfirmed: "未確認",
  holder: (name, kind, state) => `${name}(${kind}、${state})`,
  between: "、",
  more: (number) => `、ほか ${number} 件`,

  share: (number, count) => (count === undefined ? `シェア ${number}` : `シェア ${number}(全 ${count} 枚)`),
  opens: (backup, made, needed, date) =>
    `${made} に作成した twinseed のバックアップ ${backup} を開くためのシェアです。<strong>${needed === 1 ? "この 1 枚だけで開けます" : `どれか ${needed} 枚がそろえば開けます。それより少ない枚数では何も分かりません`}</strong>。${date} に印刷。`,
  shareWarning: (needed) =>
    `<strong>この紙は${needed === 1 ? "鍵" : "鍵の一部"}です。</strong>ほかのシェアとは別の施錠できる場所に置くか、別の人に預けてください。複写や撮影はしないでください。
バックアップファイルはこの紙には入っていません。デバイスがすべて失われても残る場所に保管してください。`,
  gather: (needed, first) =>
    needed === 1
      ? "バックアップファイルを用意します。"
      : `この紙と同じ 2 単語(${first})で始まるシェアを ${needed} 枚と、バックアップファイルを用意します。`,
  restore: (command, words) =>
    `${command} を実行します。求められたら、各シェアの ${words} 単語を順に入力します。
最初の 4 文字が同じ単語は一覧にありません。シェアの入力誤りは検出されます。`,
  standard: "単語は公開された標準 SLIP-39 に従っています。ほかのプログラムでもシェアを組み合わせられます。",
};
