//! Amounts as Stripe's API has them ("Supported currencies" in its documentation): the smallest unit, with a few currencies of their own kind.

use super::super::{Currency, Money};

/// Written with two decimals for old times' sake, though the currency has none; they must be zero.
const PADDED: [&str; 2] = ["ISK", "UGX"];

/// The least that is taken at once ("Minimum and maximum charge amounts" in its documentation), in the currency's smallest unit. Of currencies that are not
/// there Stripe asks for as much as half a US dollar is worth, which only its rates of the day say.
const LEAST: &[(&str, i64)] = &[
    ("AED", 2_00),
    ("AUD", 50),
    ("BGN", 1_00),
    ("BRL", 50),
    ("CAD", 50),
    ("CHF", 50),
    ("CZK", 15_00),
    ("DKK", 2_50),
    ("EUR", 50),
    ("GBP", 30),
    ("HKD", 4_00),
    ("HUF", 175_00),
    ("INR", 50),
    ("JPY", 50),
    ("MXN", 10_00),
    ("MYR", 2_00),
    ("NOK", 3_00),
    ("NZD", 50),
    ("PLN", 2_00),
    ("RON", 2_00),
    ("SEK", 3_00),
    ("SGD", 50),
    ("THB", 10_00),
    ("USD", 50),
];

/// The least that can be paid at once.
pub(super) fn least(currency: Currency) -> i64 {
    LEAST.iter().find(|(code, _)| *code == currency.code()).map_or(currency.step(), |(_, least)| *least)
}

/// An amount for Stripe; nothing where it cannot be paid: zero, less, or with a last digit that three decimals may not have.
pub(super) fn to_stripe(money: Money) -> Option<i64> {
    let Money { amount, currency } = money;
    if amount <= 0 || (currency.decimals() == 3 && amount % 10 != 0) {
        return None;
    }
    if is_padded(currency) { amount.checked_mul(100) } else { Some(amount) }
}

/// An amount from Stripe; nothing where there cannot be such.
pub(super) fn from_stripe(amount: i64, currency: Currency) -> Option<Money> {
    if amount < 0 || (is_padded(currency) && amount % 100 != 0) {
        return None;
    }
    let amount = if is_padded(currency) { amount / 100 } else { amount };
    Some(Money { amount, currency })
}

fn is_padded(currency: Currency) -> bool {
    PADDED.contains(&currency.code())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_go_to_stripe_and_come_back() {
        for (currency, amount, at_stripe) in
            [("EUR", 1_250, 1_250), ("JPY", 500, 500), ("KWD", 5_120, 5_120), ("ISK", 5, 500), ("UGX", 700, 70_000)]
        {
            let money = Money { amount, currency: Currency::parse(currency).unwrap() };
            assert_eq!(to_stripe(money), Some(at_stripe), "{currency}");
            assert_eq!(from_stripe(at_stripe, money.currency), Some(money), "{currency}");
        }
    }

    #[test]
    fn so_much_is_the_least() {
        for (currency, amount) in [("EUR", 50), ("GBP", 30), ("JPY", 50), ("KWD", 10), ("HUF", 17_500), ("UYU", 1)] {
            assert_eq!(least(Currency::parse(currency).unwrap()), amount, "{currency}");
        }
    }

    #[test]
    fn what_cannot_be_paid_is_not_sent() {
        for (currency, amount) in [("EUR", 0), ("EUR", -1), ("KWD", 5_124), ("ISK", i64::MAX)] {
            let money = Money { amount, currency: Currency::parse(currency).unwrap() };
            assert_eq!(to_stripe(money), None, "{currency} {amount}");
        }
        assert_eq!(from_stripe(501, Currency::parse("ISK").unwrap()), None);
        assert_eq!(from_stripe(-1, Currency::parse("EUR").unwrap()), None);
    }
}
