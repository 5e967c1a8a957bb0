//! Whether the entropy-coded data of a JPEG are complete, for files that lack only their end marker.
//!
//! Decoders fill missing data with grey and report nothing. This walks over the blocks of a sequential JPEG (ITU-T
//! T.81, annexes B and F) without computing them.

/// Largest number of components of a scan, and of Huffman tables of a class.
const MAX_TABLES: usize = 4;
/// Coefficients of a block.
const COEFFICIENTS: usize = 64;

/// Returns whether every block of every component is there. False for progressive, lossless and arithmetic-coded files,
/// whose last scan only refines, so that its absence cannot be seen.
pub(super) fn is_complete(jpeg: &[u8]) -> bool {
    Walk::default().run(jpeg).is_some()
}

/// A Huffman table (annex C): for each length the first code, the number of codes, and the index of the first value.
#[derive(Clone, Default)]
struct Table {
    counts: [u16; 16],
    values: Vec<u8>,
}

#[derive(Clone, Copy)]
struct Component {
    id: u8,
    across: usize,
    down: usize,
    complete: bool,
}

#[derive(Default)]
struct Walk {
    size: (usize, usize),
    components: Vec<Component>,
    dc: [Table; MAX_TABLES],
    ac: [Table; MAX_TABLES],
    restart_interval: usize,
}

impl Walk {
    /// Walks over the file; `None` if anything is missing or not sequential.
    fn run(mut self, jpeg: &[u8]) -> Option<()> {
        let mut at = 2;
        while self.components.is_empty() || !self.components.iter().all(|component| component.complete) {
            while jpeg.get(at) == Some(&0xff) && jpeg.get(at + 1) == Some(&0xff) {
                at += 1;
            }
            let &[0xff, marker, high, low] = jpeg.get(at..at + 4)? else { return None };
            let end = at + 2 + usize::from(u16::from_be_bytes([high, low]));
            let segment = jpeg.get(at + 4..end)?;
            at = end;
            match marker {
                0xc0 | 0xc1 => self.read_frame(segment)?,
                0xc4 => self.read_tables(segment)?,
                0xc2..=0xcf => return None,
                0xdd => self.restart_interval = usize::from(u16::from_be_bytes([*segment.first()?, *segment.get(1)?])),
                0xda => at = self.walk_scan(segment, jpeg, at)?,
                _ => {}
            }
        }
        Some(())
    }

    fn read_frame(&mut self, segment: &[u8]) -> Option<()> {
        let &[_, h0, h1, w0, w1, count, ref rest @ ..] = segment else { return None };
        self.size = (usize::from(u16::from_be_bytes([w0, w1])), usize::from(u16::from_be_bytes([h0, h1])));
        let component = |c: &[u8]| Component {
            id: c[0],
            across: usize::from(c[1] >> 4),
            down: usize::from(c[1] & 15),
            complete: false,
        };
        self.components = rest.chunks_exact(3).take(usize::from(count)).map(component).collect();
        let sampled = self.components.iter().all(|c| (1..=4).contains(&c.across) && (1..=4).contains(&c.down));
        (sampled && self.size.0 > 0 && self.size.1 > 0).then_some(())
    }

    fn read_tables(&mut self, mut segment: &[u8]) -> Option<()> {
        while let [class, rest @ ..] = segment {
            let (lengths, rest) = (rest.get(..16)?, &rest[16..]);
            let counts: [u16; 16] = std::array::from_fn(|i| u16::from(lengths[i]));
            let total: usize = counts.iter().map(|&n| usize::from(n)).sum();
            let values = rest.get(..total)?.to_vec();
            segment = &rest[values.len()..];
            let tables = if class >> 4 == 0 { &mut self.dc } else { &mut self.ac };
            *tables.get_mut(usize::from(class & 15))? = Table { counts, values };
        }
        Some(())
    }

    /// Walks over the blocks of a scan whose data begin at `at`; returns where they end.
    fn walk_scan(&mut self, header: &[u8], jpeg: &[u8], at: usize) -> Option<usize> {
        let (&count, rest) = header.split_first()?;
        let mut scan: Vec<(usize, &Table, &Table)> = Vec::new();
        for selector in rest.chunks_exact(2).take(usize::from(count)) {
            let index = self.components.iter().position(|component| component.id == selector[0])?;
            let (dc, ac) = (self.dc.get(usize::from(selector[1] >> 4))?, self.ac.get(usize::from(selector[1] & 15))?);
            scan.push((index, dc, ac));
        }
        let max = |of: fn(&Component) -> usize| self.components.iter().map(of).max().unwrap_or(1);
        let (across, down) = (max(|c| c.across), max(|c| c.down));
        let units = match scan[..] {
            [] => return None,
            // The blocks of a scan of one component cover the component alone (A.2.2).
            [(index, ..)] => {
                let c = self.components[index];
                (self.size.0 * c.across).div_ceil(across).div_ceil(8)
                    * (self.size.1 * c.down).div_ceil(down).div_ceil(8)
            }
            _ => self.size.0.div_ceil(8 * across) * self.size.1.div_ceil(8 * down),
        };
        let interleaved = scan.len() > 1;
        let mut bits = Bits { jpeg, at, value: 0, left: 0 };
        for unit in 0..units {
            if unit > 0 && self.restart_interval > 0 && unit.is_multiple_of(self.restart_interval) {
                bits.restart()?;
            }
            for &(index, dc, ac) in &scan {
                let c = self.components[index];
                for _ in 0..if interleaved { c.across * c.down } else { 1 } {
                    bits.skip_block(dc, ac)?;
                }
            }
        }
        let done: Vec<usize> = scan.iter().map(|&(index, ..)| index).collect();
        done.into_iter().for_each(|index| self.components[index].complete = true);
        Some(bits.at)
    }
}

/// Entropy-coded bits, most significant first.
struct Bits<'a> {
    jpeg: &'a [u8],
    at: usize,
    value: u8,
    left: u8,
}

impl Bits<'_> {
    /// Returns the next bit; `None` at a marker or the end of the file.
    fn bit(&mut self) -> Option<u16> {
        if self.left == 0 {
            self.value = *self.jpeg.get(self.at)?;
            self.at += 1;
            if self.value == 0xff {
                // Data bytes FF are followed by 00 (B.1.1.5).
                if self.jpeg.get(self.at) != Some(&0) {
                    self.at -= 1;
                    return None;
                }
                self.at += 1;
            }
            self.left = 8;
        }
        self.left -= 1;
        Some(u16::from(self.value >> self.left & 1))
    }

    fn skip(&mut self, bits: u8) -> Option<()> {
        (0..bits).try_for_each(|_| self.bit().map(|_| ()))
    }

    /// Decodes a symbol (F.2.2.3).
    fn symbol(&mut self, table: &Table) -> Option<u8> {
        let (mut code, mut first, mut index) = (0_u32, 0_u32, 0_usize);
        for &count in &table.counts {
            code |= u32::from(self.bit()?);
            if code < first + u32::from(count) {
                return table.values.get(index + (code - first) as usize).copied();
            }
            index += usize::from(count);
            first = (first + u32::from(count)) << 1;
            code <<= 1;
        }
        None
    }

    fn skip_block(&mut self, dc: &Table, ac: &Table) -> Option<()> {
        let bits = self.symbol(dc)?;
        self.skip(bits)?;
        let mut at = 1;
        while at < COEFFICIENTS {
            let symbol = self.symbol(ac)?;
            let (run, bits) = (usize::from(symbol >> 4), symbol & 15);
            match (run, bits) {
                (15, 0) => at += 16,
                (_, 0) => break,
                _ => at += run + 1,
            }
            self.skip(bits)?;
        }
        Some(())
    }

    /// Passes a restart marker.
    fn restart(&mut self) -> Option<()> {
        self.left = 0;
        let &[0xff, marker] = self.jpeg.get(self.at..self.at + 2)? else { return None };
        self.at += 2;
        (0xd0..=0xd7).contains(&marker).then_some(())
    }
}
