//! Amounts as Stripe's API has them ("Supported currencies" in its documentation): the smallest unit, with a few currencies of their own kind.

use super::super::{Currency, Money};

/// Written with two decimals for old times' sake, though the currency has none; they must be zero.
const PADDED: [&str; 2] = ["ISK", "UGX"];

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
    fn what_cannot_be_paid_is_not_sent() {
        for (currency, amount) in [("EUR", 0), ("EUR", -1), ("KWD", 5_124), ("ISK", i64::MAX)] {
            let money = Money { amount, currency: Currency::parse(currency).unwrap() };
            assert_eq!(to_stripe(money), None, "{currency} {amount}");
        }
        assert_eq!(from_stripe(501, Currency::parse("ISK").unwrap()), None);
        assert_eq!(from_stripe(-1, Currency::parse("EUR").unwrap()), None);
    }
}
