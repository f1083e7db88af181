/** Speaking the reader's language: words, and numbers, money, days and instants as they write them. */

import { createContext, useContext, useMemo } from "react";
import { useSettings } from "@/app/settings";
import { say, type Facts, type Language, type Word } from "@/messages/words";

export interface Speech {
  language: Language;
  say: (word: Word, facts?: Facts) => string;
  /** A decimal as text, exact to its last digit; never a float. */
  number: (value: string | number, digits?: { least?: number; most?: number }) => string;
  money: (value: string | number, currency?: string) => string;
  /** A fraction as percent: 0.156 is 15.6%. */
  percent: (value: string | number, most?: number) => string;
  day: (value: string) => string;
  instant: (value: string) => string;
  /** The time of day, to the second. */
  clock: (value: string) => string;
  /** A large number in short, where the exact one is near: 1.3m, 133.3万. */
  short: (value: string | number) => string;
  /** How long ago, or when: "3 minutes ago". */
  ago: (value: string, now?: number) => string;
  compare: (one: string, other: string) => number;
}

/** The company's currency and time zone, in which everything is shown. */
export const Place = createContext({ currency: "CNY", timeZone: "UTC" });

export const LOCALE: Record<Language, string> = { zh: "zh-CN", en: "en-GB" };
const CURRENCY_DIGITS: Record<string, number> = { JPY: 0, KRW: 0, VND: 0, KWD: 3, BHD: 3, OMR: 3 };
const MINUTE = 60_000;
const STEPS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 24 * 60 * MINUTE],
  ["hour", 60 * MINUTE],
  ["minute", MINUTE],
];

type Exact = Parameters<Intl.NumberFormat["format"]>[0];

export function speech(language: Language, currency: string, timeZone: string): Speech {
  const locale = LOCALE[language];
  const kept = new Map<string, Intl.NumberFormat>();
  const format = (options: Intl.NumberFormatOptions): Intl.NumberFormat => {
    const key = JSON.stringify(options);
    let found = kept.get(key);
    if (!found) kept.set(key, (found = new Intl.NumberFormat(locale, options)));
    return found;
  };
  const days = new Intl.DateTimeFormat(locale, {
    year: "numeric", month: "2-digit", day: "2-digit", timeZone: "UTC",
  });
  const instants = new Intl.DateTimeFormat(locale, {
    year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit",
    hour12: false, timeZone,
  });
  const clock = new Intl.DateTimeFormat(locale, {
    hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false, timeZone,
  });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const collator = new Intl.Collator(locale, { numeric: true });
  const plain = (value: string, parts: Intl.DateTimeFormat): string => {
    const date = new Date(value);
    if (Number.isNaN(date.getTime())) return value;
    const on = Object.fromEntries(parts.formatToParts(date).map((one) => [one.type, one.value]));
    const time = on["hour"] === undefined ? "" : ` ${on["hour"]}:${on["minute"]}`;
    return `${on["year"]}-${on["month"]}-${on["day"]}${time}`;
  };
  return {
    language,
    say: (word, facts) => say(word, language, facts),
    number: (value, digits = {}) =>
      format({
        minimumFractionDigits: digits.least ?? 0,
        maximumFractionDigits: Math.max(digits.least ?? 0, digits.most ?? 6),
      }).format(value as Exact),
    money: (value, of = currency) => {
      const least = CURRENCY_DIGITS[of] ?? 2;
      const text = format({ minimumFractionDigits: least, maximumFractionDigits: Math.max(least, 6) })
        .format(value as Exact);
      return of === currency ? text : `${of} ${text}`;
    },
    percent: (value, most = 1) =>
      format({ style: "percent", maximumFractionDigits: most }).format(value as Exact),
    day: (value) => plain(value.slice(0, 10), days),
    instant: (value) => plain(value, instants),
    clock: (value) => clock.format(new Date(value)),
    short: (value) => format({ notation: "compact", maximumFractionDigits: 1 }).format(value as Exact),
    ago: (value, now = Date.now()) => {
      const past = new Date(value).getTime() - now;
      if (Math.abs(past) > 7 * 24 * 60 * MINUTE) return plain(value, instants);
      const [unit, size] = STEPS.find(([, one]) => Math.abs(past) >= one) ?? ["minute", MINUTE];
      return relative.format(Math.round(past / size), unit);
    },
    compare: (one, other) => collator.compare(one, other),
  };
}

export function useSpeech(): Speech {
  const { language } = useSettings();
  const { currency, timeZone } = useContext(Place);
  return useMemo(() => speech(language, currency, timeZone), [language, currency, timeZone]);
}

/** Say words: `const say = useSay(); say(frame.home)`. */
export function useSay(): Speech["say"] {
  return useSpeech().say;
}
