/** Days of a calendar: weeks, moves, bounds. */
import { expect, test } from "vitest";
import { firstWeekday, isWithin, moved, weeksOf } from "../../../src/widgets/calendar_days";

test("weeks are whole, and begin where the locale begins them", () => {
  const weeks = weeksOf("2024-02-15", 1);
  expect(weeks.every((week) => week.length === 7)).toBe(true);
  expect(weeks[0]).toEqual([null, null, null, "2024-02-01", "2024-02-02", "2024-02-03", "2024-02-04"]);
  expect(weeks.flat().filter(Boolean)).toHaveLength(29);
  expect(weeksOf("2024-02-15", 0)[0]?.indexOf("2024-02-01")).toBe(4);
});

test("a month later stays within the month", () => {
  expect(moved("2024-01-31", { months: 1 })).toBe("2024-02-29");
  expect(moved("2024-03-31", { months: -1 })).toBe("2024-02-29");
  expect(moved("2024-12-31", { days: 1 })).toBe("2025-01-01");
});

test("bounds that are empty bound nothing", () => {
  expect(isWithin("2024-01-01", "", "")).toBe(true);
  expect(isWithin("2024-01-01", "2024-01-02", "")).toBe(false);
  expect(isWithin("2024-01-03", "", "2024-01-02")).toBe(false);
});

test("the week of a locale that nobody knows begins on Monday", () => {
  expect([0, 1, 6]).toContain(firstWeekday("en-US"));
});
