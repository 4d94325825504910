import type { ReportTarget } from "../../protocol";

/** What one is about to report. Any part of the page begins it. */
export class Reporting {
  /** `name`: of whoever it is about; `quote`: their words. */
  about = $state.raw<{ target: ReportTarget; name?: string; quote?: string } | undefined>();
}
