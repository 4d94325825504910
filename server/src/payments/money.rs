//! Amounts of money: whole numbers of a currency's smallest unit, never fractions.

use std::fmt;

/// An amount in the smallest unit of its currency: cents of EUR, yen of JPY, fils of KWD.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Money {
    pub(crate) amount: i64,
    pub(crate) currency: Currency,
}

/// A currency by its three letters (ISO 4217).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Currency([u8; 3]);

/// The currencies in which something can be paid (ISO 4217, without metals, funds and what is for tests).
const IN_USE: &str = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY \
    COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD \
    JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO \
    NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT \
    TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG";

impl Currency {
    /// From its code, in letters of any case.
    pub(crate) fn parse(code: &str) -> Option<Self> {
        let letters: [u8; 3] = code.as_bytes().try_into().ok()?;
        letters.iter().all(u8::is_ascii_alphabetic).then(|| Self(letters.map(|letter| letter.to_ascii_uppercase())))
    }

    /// From the code of a currency that is in use.
    pub(crate) fn in_use(code: &str) -> Option<Self> {
        Self::parse(code).filter(|currency| IN_USE.split_ascii_whitespace().any(|known| known == currency.code()))
    }

    /// Its code, in capital letters.
    pub(crate) fn code(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The smallest amount that can be paid, in smallest units: of currencies with three decimals providers take two of them.
    pub(crate) const fn step(self) -> i64 {
        if self.decimals() == 3 { 10 } else { 1 }
    }

    /// How many decimals its amounts are written with. The ariary (MGA) has none, as everybody writes it, though ISO 4217 knows fifths.
    pub(crate) const fn decimals(self) -> u8 {
        match &self.0 {
            b"BIF" | b"CLP" | b"DJF" | b"GNF" | b"ISK" | b"JPY" | b"KMF" | b"KRW" | b"MGA" | b"PYG" | b"RWF" | b"UGX"
            | b"VND" | b"VUV" | b"XAF" | b"XOF" | b"XPF" => 0,
            b"BHD" | b"IQD" | b"JOD" | b"KWD" | b"LYD" | b"OMR" | b"TND" => 3,
            _ => 2,
        }
    }
}

impl Money {
    /// The number alone, with the decimals of its currency.
    pub(crate) fn figure(self) -> String {
        let Self { amount, currency } = self;
        let (sign, amount) = (if amount < 0 { "-" } else { "" }, amount.unsigned_abs());
        let decimals = usize::from(currency.decimals());
        let unit = 10_u64.pow(u32::from(currency.decimals()));
        match decimals {
            0 => format!("{sign}{amount}"),
            _ => format!("{sign}{}.{:0decimals$}", amount / unit, amount % unit),
        }
    }
}

/// An amount as it is read; with a currency that is none, as both are kept.
pub(crate) fn written(amount: i64, currency: &str) -> String {
    Currency::parse(currency).map_or_else(|| format!("{amount} {currency}"), |currency| Money { amount, currency }.to_string())
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.figure(), self.currency.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_with_the_decimals_of_their_currency() {
        for (amount, currency, written) in [
            (1_250, "eur", "12.50 EUR"),
            (5, "USD", "0.05 USD"),
            (1_250, "JPY", "1250 JPY"),
            (1_250, "KWD", "1.250 KWD"),
            (-105, "EUR", "-1.05 EUR"),
            (i64::MIN, "EUR", "-92233720368547758.08 EUR"),
        ] {
            let money = Money { amount, currency: Currency::parse(currency).unwrap() };
            assert_eq!(money.to_string(), written);
        }
    }

    #[test]
    fn a_currency_is_three_letters() {
        for wrong in ["", "EU", "EURO", "E1R", "€", "E R"] {
            assert_eq!(Currency::parse(wrong), None, "{wrong}");
        }
        for unknown in ["ZZZ", "XAU", "XTS", "EU"] {
            assert_eq!(Currency::in_use(unknown), None, "{unknown}");
        }
        assert!(Currency::in_use("kwd").is_some() && Currency::in_use("EUR").is_some());
    }
}
