// What is wrong with a row of a file, in the reader's language: the server tells it as the
// terminal does.
import en from "./en.json";
import { t, type Key } from "./index.svelte";

/** How the server's sentences begin, or what is in them, and the words for each. */
const known: [RegExp, Key][] = [
  [/^looks like the number of a person/, "complaint_person"],
  [/^holds a note about people/, "complaint_note"],
  [/^is longer than/, "complaint_long"],
  [/^holds a control character/, "complaint_control"],
  [/^holds nine or more digits/, "complaint_digits"],
  [/^are no degrees/, "complaint_degrees"],
  [/swapped/, "complaint_swapped"],
  [/^closes before it opens|^is not after window_start/, "complaint_window"],
  [/^is no time of day/, "complaint_time"],
  [/^holds no households/, "complaint_nobody"],
  [/^is empty; give each row the id/, "complaint_no_id"],
  [/^is empty; want degrees|^is empty, and so are lon and lat/, "complaint_no_point"],
  [/^is no number|^is not a number/, "complaint_number"],
  [/^is no Point|^are no longitude and latitude/, "complaint_no_shape"],
  [/whole number from 1 to 2000|want 1 to 2000/, "complaint_doors"],
  [/^is that of row/, "complaint_double"],
  [/^is that of another row/, "complaint_number_twice"],
  [/^lies outside every area/, "complaint_outside"],
  [/^lies in an area that is not yours/, "complaint_beyond"],
  [/^is that of a place in an area/, "complaint_beyond_id"],
  [/^is no street with addresses|may be two streets/, "complaint_street"],
  [/^is not on the map in this street|^is there in several towns/, "complaint_house_number"],
  [/^is missing; at the desk each area/, "complaint_no_parent"],
  [/^is missing/, "complaint_missing"],
  [/^is neither open nor closed/, "complaint_word"],
  [/^holds no (incidents|areas)/, "complaint_nothing"],
  [/^holds more than .* matters/, "complaint_many_matters"],
  [/^is empty; give each matter/, "complaint_no_matter_number"],
  [/^is that of a matter in an area/, "complaint_case_elsewhere"],
  [/^is a dispute, which has no place/, "complaint_dispute"],
  [/^is empty; give each area/, "complaint_empty"],
  [/^is none of county, town/, "complaint_level"],
  [/^is the area itself|^is not of a higher level/, "complaint_parent_level"],
  [/^is neither in the file nor/, "complaint_parent_unknown"],
  [/^is an area that is not yours/, "complaint_beyond_parent"],
  [/^is that of an area that who has/, "complaint_area_above"],
  [/^reaches beyond the area above/, "complaint_outline_beyond"],
  [/^is in several pieces/, "complaint_pieces"],
  [/^lies over another grid/, "complaint_overlap"],
  [/^is no POLYGON|^is empty; want a polygon|^has no surface|^has a ring/, "complaint_no_polygon"],
  [/^holds no cases/, "complaint_no_cases"],
  [/^holds more than .* cases/, "complaint_many_cases"],
  [/^is empty; give each case/, "complaint_no_case_number"],
  [/^is that of a case in an area/, "complaint_case_elsewhere"],
  [/^is not on the closed list|^is none of received/, "complaint_word"],
  [/^is empty, and so is unit/, "complaint_no_area"],
  [/^is the name of no|^is none for this area/, "complaint_no_name"],
  [/^is the name of several/, "complaint_several"],
  [/^is closed; give the unit/, "complaint_unit_closed"],
  [/^is no date|^is no day/, "complaint_day"],
  [/^is empty and the case is over/, "complaint_no_closed"],
  [/^has a day and the case is open/, "complaint_open_closed"],
  [/^is that of an open dispute/, "complaint_open_dispute"],
  [/damaged|cut off|cannot be read/, "complaint_damaged"],
];

/** The column and the fault of a row of a file of a kind. */
export function fault(row: { field: string | null; problem: string | null }, kind = "households"): string {
  const named = (field: string) => [`${kind}_is_${field}`, `import_is_${field}`].find((key) => key in en) as Key | undefined;
  const problem = row.problem ?? "";
  const words = known.find(([pattern]) => pattern.test(problem));
  const fields = (row.field ?? "").split(", ").map((field) => {
    const key = named(field);
    return key ? t(key) : field;
  });
  return `${fields.join(", ")}: ${words ? t(words[1]) : problem}`;
}
