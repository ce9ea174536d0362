import { assert, property, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readableName } from '../../../../agent/profiler/symbols/symbol-names.ts';
import { demangleRust } from '../../../../agent/profiler/symbols/symbol-rust.ts';

describe('readable names', () => {
  test.each([
    ['__solver_MOD_step', 'solver::step'],
    ['__solver_MOD_step.constprop.0', 'solver::step'],
    ['solver_mp_step_', 'solver::step'],
    ['MAIN__', 'MAIN__'],
    ['__libc_start_main@@GLIBC_2.34', '__libc_start_main'],
    ['core::ops::function::FnOnce::call_once::h0123456789abcdef', 'core::ops::function::FnOnce::call_once'],
    ['gopkg.in/yaml%2ev3.(*parser).parse', 'gopkg.in/yaml.v3.(*parser).parse'],
    ['main.(*Solver[...]).step', 'main.(*Solver[...]).step'],
    ['py::work:/home/a/model.py', 'py::work:/home/a/model.py'],
    ['_RNvCs15kBYyAo9fc_7mycrate7example', 'mycrate::example'],
    ['_RbrokenName', '_RbrokenName'],
    ['  \u001b[31mred  ', '\u001b[31mred'],
    ['', ''],
  ])('%j', (symbol, name) => {
    expect(readableName(symbol)).toBe(name);
  });
});

// Examples of RFC 2603 and of rustc.
describe('names of Rust', () => {
  test.each([
    ['_RNvC6_123foo3bar', '123foo::bar'],
    ['_RNvMCs_3cratINtB2_3VeciE4push', undefined],
    ['_RNCNvC5crate4mains_0B3_', 'crate::main::{closure}'],
    ['_RNvMs_C4bachNtB4_4Toto3new', '<bach::Toto>::new'],
    ['_RNvXs_C4coreNtB4_3StrNtNtC4core3fmt7Display3fmt', '<core::Str as core::fmt::Display>::fmt'],
    ['_RINvNtC3std3mem8align_ofdE', 'std::mem::align_of::<f64>'],
    ['_RINvC1a1fRShQlPuOxE', 'a::f::<&[u8], &mut i32, *const (), *mut i64>'],
    ['_RINvC1a1fTlmEAhj4_FlmEyFUKCEuE', 'a::f::<(i32, u32), [u8; 4], fn(i32, u32) -> u64, unsafe fn()>'],
    ['_RINvC1a1fDNtC1b1tEL_KpKb1_Kln7_E', 'a::f::<dyn b::t, _, true, -7>'],
    ['_RNvC1au8a_b', undefined],
    ['_RNvC1a1b.llvm.1234', 'a::b'],
    ['main', undefined],
  ])('%s', (symbol, name) => {
    expect(demangleRust(symbol)).toBe(name);
  });

  test('that repeat themselves without end are left as they are', () => {
    expect(demangleRust(`_RIC1a${'TB_'.repeat(300)}E`)).toBeUndefined();
    expect(demangleRust(`_RY${'R'.repeat(3000)}lC1a`)).toBeUndefined();
    const doubling = Array.from({ length: 40 }, () => 'TB4_B4_E').join('');
    expect(demangleRust(`_RIC1aTll E${doubling}E`)).toBeUndefined();
  });

  test('made of anything give an answer', () => {
    assert(
      property(string(), (text) => {
        demangleRust(`_R${text.replace(/\W/g, '')}`);
        expect(readableName(text).length).toBeLessThanOrEqual(text.length);
      }),
    );
  });
});
