//! What an event's tickets bring.

use std::{collections::BTreeMap, sync::Arc};

use async_graphql::{Context, Object, Result, SimpleObject};
use chrono::NaiveDate;
use houselights_domain::Duty;

use super::{
    guard::{app, viewer},
    input,
    loaders::{SalesOf, loaded},
    sums::MoneySum,
};
use crate::{
    store::{EventRow, NO_CURRENCY, RegistrationState, SalesFigures},
    wall,
};

/// An event's sales, in the one currency that it takes.
#[derive(SimpleObject)]
pub(crate) struct Sales {
    /// ISO 4217.
    currency: String,
    /// What was paid, in the currency's smallest unit; also what went back.
    gross: MoneySum,
    /// What went back of it.
    refunded: MoneySum,
    /// Payments that are on their way back.
    refunding: i64,
    confirmed: i64,
    /// Places whose money went back as a whole.
    given_back: i64,
    waiting: i64,
    pending: i64,
    /// By days in the event's time zone; days without any are left out. What came when its place was gone is of no day.
    by_day: Vec<SalesDay>,
}

/// A day's sales.
#[derive(SimpleObject)]
pub(crate) struct SalesDay {
    /// As `2030-06-01`.
    day: String,
    /// Confirmed on this day, also where they are over by now.
    registrations: i64,
    gross: MoneySum,
}

/// The sales of an event.
pub(crate) struct EventSales(pub(super) Arc<EventRow>);

#[Object]
impl EventSales {
    /// What its tickets brought.
    #[graphql(complexity = "20 + child_complexity")]
    async fn sales(&self, context: &Context<'_>) -> Result<Sales> {
        viewer(context)?.on_row(app(context)?, &self.0, Duty::ReadPeople).await?;
        let (figures, currency) = loaded(context, SalesOf(self.0.id)).await?.unwrap_or_default();
        Ok(sales(&figures, currency.unwrap_or_else(|| NO_CURRENCY.to_owned()), &self.0.time_zone))
    }
}

fn sales(figures: &SalesFigures, currency: String, time_zone: &str) -> Sales {
    let count = |state| figures.by_state.iter().find(|(of, _)| *of == state).map_or(0, |(_, count)| *count);
    let zone = wall::zone(time_zone);
    let mut days = BTreeMap::<NaiveDate, (i64, i64)>::new();
    for (at, registrations, gross) in &figures.by_quarter {
        let day = days.entry(input::shown(*at).with_timezone(&zone).date_naive()).or_default();
        day.0 += registrations;
        day.1 += gross;
    }
    let by_day = days.into_iter().map(|(day, (registrations, gross))| SalesDay {
        day: day.to_string(),
        registrations,
        gross: MoneySum(gross),
    });
    Sales {
        currency,
        gross: MoneySum(figures.gross),
        refunded: MoneySum(figures.refunded),
        refunding: figures.refunding,
        confirmed: count(RegistrationState::Confirmed),
        given_back: count(RegistrationState::Refunded),
        waiting: count(RegistrationState::Waiting),
        pending: count(RegistrationState::Pending),
        by_day: by_day.collect(),
    }
}

#[cfg(test)]
mod tests {
    use houselights_shared::Timestamp;

    use super::*;

    #[test]
    fn a_day_is_one_of_the_events_time_zone() {
        // 2030-06-01 21:45, 22:00 and 22:15 UTC: midnight in Berlin lies between the first two, and in Kathmandu before all of them.
        let late = 1_906_580_700_000_000;
        let quarter = |number: i64| (Timestamp::from_micros(late + number * 900_000_000), 1, 100);
        let figures = SalesFigures { by_quarter: (0..3).map(quarter).collect(), ..SalesFigures::default() };
        let days = |zone| {
            let days = sales(&figures, "EUR".to_owned(), zone).by_day;
            days.into_iter().map(|day| (day.day, day.registrations, day.gross.0)).collect::<Vec<_>>()
        };
        let day = |day: &str, count| (day.to_owned(), count, count * 100);
        assert_eq!(days("Europe/Berlin"), [day("2030-06-01", 1), day("2030-06-02", 2)]);
        assert_eq!(days("Asia/Kathmandu"), [day("2030-06-02", 3)]);
        assert_eq!(days("UTC"), [day("2030-06-01", 3)]);
    }
}
