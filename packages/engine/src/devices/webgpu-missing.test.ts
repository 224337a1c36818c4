import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

beforeEach(() => vi.resetModules());

afterEach(() => {
  vi.unstubAllGlobals();
  vi.doUnmock('webgpu');
});

/** In a fresh module, which knows no device yet. */
async function open(device: 'auto' | 'webgpu'): Promise<string> {
  const { openCrew } = await import('./crew.ts');
  const crew = await openCrew({ device, threads: 0 }, 1e15, 1);
  await crew.close();
  return crew.device;
}

describe('where there is no graphics device', () => {
  it.each([
    ['no adapter', async () => null, 'there is no graphics adapter'],
    [
      'a driver that fails',
      () => Promise.reject(new Error('the driver is too old')),
      'the driver is too old',
    ],
  ])('by %s, a named one is a coded error and auto goes without', async (_, requestAdapter, why) => {
    vi.stubGlobal('navigator', { gpu: { requestAdapter } });
    await expect(open('webgpu')).rejects.toMatchObject({
      code: 'engine_device_unavailable',
      message: expect.stringContaining(why),
      details: { device: 'webgpu' },
    });
    expect(await open('auto')).toBe('relaxed');
  });

  it('by no package, it says which', async () => {
    vi.stubGlobal('navigator', {});
    vi.doMock('webgpu', () => ({}));
    await expect(open('webgpu')).rejects.toMatchObject({
      code: 'engine_device_unavailable',
      message: expect.stringContaining('package "webgpu"'),
    });
    expect(await open('auto')).toBe('relaxed');
  });

  it('by a device that cannot be made', async () => {
    const adapter = {
      limits: {},
      info: {},
      features: new Set(),
      requestDevice: () => Promise.reject(new Error('too many devices')),
    };
    vi.stubGlobal('navigator', { gpu: { requestAdapter: async () => adapter } });
    await expect(open('webgpu')).rejects.toMatchObject({
      code: 'engine_device_unavailable',
      message: expect.stringContaining('too many devices'),
    });
  });
});

describe('an adapter that the CPU plays', () => {
  it.each([
    [{ isFallbackAdapter: true }, true],
    [{ isFallbackAdapter: false, vendor: 'google', architecture: 'swiftshader' }, true],
    [{ vendor: 'mesa', description: 'llvmpipe (LLVM 15.0.6, 256 bits)' }, true],
    [{ vendor: 'microsoft', description: 'Microsoft Basic Render Driver' }, true],
    [
      { isFallbackAdapter: false, vendor: 'nvidia', architecture: 'hopper', description: 'NVIDIA H200' },
      false,
    ],
    [{ vendor: 'apple', architecture: 'metal-3' }, false],
    [undefined, false],
  ])('is known: %j', async (info, software) => {
    const { isSoftware } = await import('./gpu-adapter.ts');
    expect(isSoftware(info)).toBe(software);
  });
});
