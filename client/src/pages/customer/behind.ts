/** The filter of the list behind a number, as the list's address takes it. */

export type Condition = Record<string, unknown>;

export function behind(customer: string, ...more: (Condition | undefined)[]): string {
  const own = { field: "customer", op: "eq", value: customer };
  return JSON.stringify({ all: [own, ...more.filter((one) => one !== undefined)] });
}
