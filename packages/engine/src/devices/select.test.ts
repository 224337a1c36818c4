import { afterEach, describe, expect, it, vi } from 'vitest';

/** A fresh module each time: what was compiled is remembered. */
async function freshSelect(): Promise<typeof import('./select.ts')['selectDevice']> {
  vi.resetModules();
  return (await import('./select.ts')).selectDevice;
}

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe('selectDevice', () => {
  it('takes relaxed SIMD where the engine knows it', async () => {
    const select = await freshSelect();
    expect((await select('auto')).device).toBe('relaxed');
  });

  it('takes plain SIMD where relaxed SIMD does not validate', async () => {
    const validate = WebAssembly.validate;
    const select = await freshSelect();
    const { relaxedKernel } = await import('../kernels/relaxed.gen.ts');
    const relaxedBytes = Buffer.from(relaxedKernel, 'base64').byteLength;
    vi.spyOn(WebAssembly, 'validate').mockImplementation(
      (bytes) => bytes.byteLength !== relaxedBytes && validate(bytes),
    );
    expect((await select('auto')).device).toBe('simd');
    await expect(select('relaxed')).rejects.toMatchObject({ code: 'engine_device_unavailable' });
  });

  it('takes JavaScript where a content security policy refuses to compile', async () => {
    vi.spyOn(WebAssembly, 'compile').mockRejectedValue(new WebAssembly.CompileError('refused by the policy'));
    const select = await freshSelect();
    expect((await select('auto')).device).toBe('js');
    await expect(select('simd')).rejects.toMatchObject({ code: 'engine_device_unavailable' });
  });

  it('takes JavaScript where there is no WebAssembly', async () => {
    vi.stubGlobal('WebAssembly', undefined);
    const select = await freshSelect();
    expect((await select('auto')).device).toBe('js');
  });
});
