/** Words of the client: each stands once, in every language that the product speaks. */

export type Language = "zh" | "en";

export const LANGUAGES: readonly Language[] = ["zh", "en"];

export interface Word {
  readonly zh: string;
  readonly en: string;
}

export type Facts = Readonly<Record<string, string | number>>;

/** A word or sentence; `{name}` takes a fact, `{n|record|records}` the form that its number asks for. */
export function w(zh: string, en: string): Word {
  return { zh, en };
}

const PLACE = /\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g;

export function say(word: Word, language: Language, facts: Facts = {}): string {
  return word[language].replace(PLACE, (whole, name: string, one?: string, many?: string) => {
    const fact = facts[name];
    if (one !== undefined) return Number(fact) === 1 ? one : (many ?? "");
    return fact === undefined ? whole : String(fact);
  });
}
