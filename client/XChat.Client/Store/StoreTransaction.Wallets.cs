using XChat.Client.Wallets;

namespace XChat.Client.Store;

/// <summary>Payments of this device that the server has not answered, or whose card has not appeared yet.</summary>
internal sealed partial class StoreTransaction
{
    public StoredPayment? Payment(Guid transfer) => Open<StoredPayment>(
        "payment", Row(transfer), Sealed("SELECT value FROM payment WHERE transfer = $1", Row(transfer)));

    public IReadOnlyList<StoredPayment> Payments() => OpenAll<StoredPayment>("payment", "SELECT transfer, value FROM payment ORDER BY position");

    public void Put(StoredPayment payment) => Execute(
        "INSERT INTO payment (transfer, value) VALUES ($1, $2) ON CONFLICT (transfer) DO UPDATE SET value = excluded.value",
        Row(payment.Transfer), cipher.Seal("payment", Row(payment.Transfer), StoreFormat.Write(payment)));

    public void DropPayment(Guid transfer) => Execute("DELETE FROM payment WHERE transfer = $1", Row(transfer));
}
