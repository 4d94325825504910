/**
 * The same value without members that are `null`: Rust's serde writes an absent `Option` as `null`, the page's types say
 * that it is not there. Entries of lists stay: an empty seat is `null`.
 */
export function withoutNulls<T>(value: T): T {
  if (Array.isArray(value)) return value.map(withoutNulls) as T;
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(members.map(([name, member]) => [name, withoutNulls(member)])) as T;
}
