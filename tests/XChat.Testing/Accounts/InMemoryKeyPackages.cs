using XChat.GrainInterfaces.Accounts;
using XChat.Grains.Accounts;
using XChat.Protocol.Accounts;

namespace XChat.Testing.Accounts;

/// <summary>Key packages in memory, with the promises of the database: each one-time package leaves it once, and does not come back.</summary>
public sealed class InMemoryKeyPackages : IKeyPackageStore
{
    private readonly Lock _gate = new();
    private readonly List<Row> _rows = [];

    /// <inheritdoc/>
    public Task<KeyPackageWrite> PublishAsync(KeyPackageUpload upload, DateTimeOffset now, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            bool Named(Row row) => upload.OneTime.Any(package => package.Reference.AsSpan().SequenceEqual(row.Package.Reference));
            Row[] takenBack = upload.Replace ? [.. Of(upload).Where(row => row.IsFree(now) && !Named(row))] : [];
            Row[] added =
            [
                .. upload.OneTime
                    .Where(package => !Of(upload).Any(row => row.Package.Reference.AsSpan().SequenceEqual(package.Reference)))
                    .Select(package => new Row(upload.User, upload.Device, package, LastResort: false)),
            ];
            int before = Of(upload).Count(row => row.IsFree(now)) - takenBack.Length;
            if (added.Length > 0 && before + added.Length > upload.MostOneTime)
            {
                return Task.FromResult(new KeyPackageWrite(false, before));
            }

            takenBack.ToList().ForEach(row => row.UsedAt = now);
            _rows.AddRange(added);
            if (upload.LastResort is { } lastResort)
            {
                _rows.RemoveAll(row => row.LastResort && row.User == upload.User && row.Device == upload.Device);
                _rows.Add(new Row(upload.User, upload.Device, lastResort, LastResort: true));
            }

            return Task.FromResult(new KeyPackageWrite(true, before + added.Length));
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<DeviceKeyPackage>> ClaimAsync(KeyPackageClaim claim, DateTimeOffset now, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            List<DeviceKeyPackage> packages = [];
            foreach (DeviceId device in claim.Devices)
            {
                Row[] rows = [.. _rows.Where(row => row.User == claim.User && row.Device == device && !row.IsExpired(now))];
                Row? taken = claim.LastResortOnly ? null : Array.Find(rows, row => row.IsFree(now));
                if (taken is not null)
                {
                    taken.UsedAt = now;
                }

                if ((taken ?? Array.Find(rows, row => row.LastResort)) is { } row)
                {
                    packages.Add(new DeviceKeyPackage(device, row.Package.Package));
                }
            }

            return Task.FromResult<IReadOnlyList<DeviceKeyPackage>>(packages);
        }
    }

    internal void Drop(UserId user, Func<DeviceId, bool> condition)
    {
        lock (_gate)
        {
            _rows.RemoveAll(row => row.User == user && condition(row.Device));
        }
    }

    internal int DropSpent(DateTimeOffset now, DateTimeOffset usedBefore, int limit)
    {
        lock (_gate)
        {
            Row[] due = [.. _rows.Where(row => row.UsedAt < usedBefore || (row.UsedAt is null && row.IsExpired(now))).Take(limit)];
            return _rows.RemoveAll(due.Contains);
        }
    }

    private IEnumerable<Row> Of(KeyPackageUpload upload) => _rows.Where(row => row.User == upload.User && row.Device == upload.Device);

    private sealed record Row(UserId User, DeviceId Device, InspectedKeyPackage Package, bool LastResort)
    {
        public DateTimeOffset? UsedAt { get; set; }

        public bool IsFree(DateTimeOffset now) => !LastResort && UsedAt is null && !IsExpired(now);

        public bool IsExpired(DateTimeOffset now) => Package.NotAfter <= now.ToUnixTimeSeconds();
    }
}
