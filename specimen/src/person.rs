//! Synthetic holders of documents.

/// A calendar day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day {
    /// Four-digit year.
    pub year: u16,
    /// 1–12.
    pub month: u8,
    /// 1–31.
    pub day: u8,
}

impl Day {
    /// `YYMMDD`, as in the machine-readable zone.
    pub fn yymmdd(self) -> String {
        format!("{:02}{:02}{:02}", self.year % 100, self.month, self.day)
    }

    /// `12 AUG 1974`, as in the VIZ.
    pub fn printed(self) -> String {
        const MONTHS: [&str; 12] = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
        format!("{:02} {} {}", self.day, MONTHS[(usize::from(self.month) - 1) % 12], self.year)
    }

    /// `YYYY-MM-DD`.
    pub fn iso(self) -> String {
        format!("{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// The portrait of a document. Photos of people are in the public domain (assets/PROVENANCE.md).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Portrait {
    /// A photo of an astronaut.
    #[default]
    Astronaut,
    /// A photo of a naval officer with glasses and cap.
    Officer,
    /// A rendered synthetic head, by its seed.
    Head(u64),
}

/// The data of a document and of its holder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Primary identifier, upper case.
    pub surname: String,
    /// Secondary identifiers, upper case, separated by spaces.
    pub given_names: String,
    /// `F`, `M` or `<`.
    pub sex: char,
    /// Day of birth.
    pub birth: Day,
    /// Nationality, three-letter code (Doc 9303-3, section 5).
    pub nationality: String,
    /// Document number, at most nine characters.
    pub document_number: String,
    /// Day of issue.
    pub issued: Day,
    /// Last day of validity.
    pub expiry: Day,
    /// Optional data of the issuing state; empty if none.
    pub optional_data: String,
    /// The portrait.
    pub portrait: Portrait,
}

impl Person {
    /// Returns the synthetic person of `seed`. An `expired` document expired on 31 March 2021; all others expire in
    /// 2034.
    pub fn invented(seed: u64, expired: bool) -> Self {
        const SURNAMES: [&str; 8] =
            ["ERIKSSON", "ABENOVA", "TESTOVA", "MUSTERFRAU", "SPECIMEN", "OSMONOVA", "VAN DER MUSTER", "EXEMPLAR"];
        const GIVEN: [&str; 8] =
            ["ANNA MARIA", "AIGERIM", "MARIA", "ERIKA", "ELENA LUISE", "BERMET", "JOHANNA", "CLARA SOPHIE"];
        let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(0xD1B5_4A32_D192_ED03);
        let mut draw = |n: u64| {
            state ^= state >> 29;
            state = state.wrapping_mul(0xBF58_476D_1CE4_E5B9);
            state ^= state >> 32;
            state % n
        };
        let mut number = String::from(["L", "N", "UT", "X"][draw(4) as usize]);
        while number.len() < 9 {
            number.push(char::from(b'0' + draw(10) as u8));
        }
        let day = |year: u16, draw: &mut dyn FnMut(u64) -> u64| Day {
            year,
            month: 1 + draw(12) as u8,
            day: 1 + draw(28) as u8,
        };
        let birth = day(1960 + draw(42) as u16, &mut draw);
        let issued = day(if expired { 2011 } else { 2024 }, &mut draw);
        Self {
            surname: SURNAMES[draw(8) as usize].into(),
            given_names: GIVEN[draw(8) as usize].into(),
            sex: 'F',
            birth,
            nationality: "UTO".into(),
            document_number: number,
            issued,
            expiry: if expired {
                Day { year: 2021, month: 3, day: 31 }
            } else {
                Day { year: 2034, month: issued.month, day: issued.day }
            },
            optional_data: String::new(),
            portrait: Portrait::Astronaut,
        }
    }
}
