//! Sums of money. An `Int` of GraphQL ends at 2^31 - 1, which is the takings of a large event in a small unit.

use async_graphql::{InputValueError, InputValueResult, Number, Scalar, ScalarType, Value};

/// The largest whole number that every client reads exactly (RFC 8259, section 6).
const MOST: i64 = (1 << 53) - 1;

/// A sum of money, in its currency's smallest unit: a whole number of JSON, from -(2^53 - 1) to 2^53 - 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct MoneySum(pub(super) i64);

/// A sum of money, in its currency's smallest unit: a whole number of JSON, from -(2^53 - 1) to 2^53 - 1.
#[Scalar]
impl ScalarType for MoneySum {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::Number(number) = &value else { return Err(InputValueError::expected_type(value)) };
        let fits = number.as_i64().filter(|sum| (-MOST..=MOST).contains(sum));
        fits.map(Self).ok_or_else(|| InputValueError::custom("no whole number that every client can read"))
    }

    /// What is more, which no payment provider has paid out yet, is told as the most.
    fn to_value(&self) -> Value {
        Value::Number(Number::from(self.0.clamp(-MOST, MOST)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_has_as_many_digits_as_every_client_reads() {
        for sum in [0, 1_250, -3, i64::from(i32::MAX) + 1, MOST] {
            assert_eq!(MoneySum::parse(MoneySum(sum).to_value()).unwrap().0, sum);
        }
        assert_eq!(MoneySum(i64::MAX).to_value(), MoneySum(MOST).to_value());
        for value in [Value::Number((MOST + 1).into()), Value::String("1".to_owned()), Value::Null] {
            assert!(MoneySum::parse(value).is_err());
        }
    }
}
