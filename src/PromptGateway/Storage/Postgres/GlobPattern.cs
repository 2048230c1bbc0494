using System.Text;

namespace PromptGateway.Storage.Postgres;

/// <summary>Globs as the gateway matches them (<c>*</c>, <c>?</c>, and a backslash before one of them), as patterns of <c>LIKE</c>.</summary>
internal static class GlobPattern
{
    public static string Like(string glob)
    {
        var like = new StringBuilder(glob.Length);
        for (var i = 0; i < glob.Length; i++)
            switch (glob[i])
            {
                case '*':
                    like.Append('%');
                    break;
                case '?':
                    like.Append('_');
                    break;
                case '\\' when i + 1 < glob.Length && glob[i + 1] is '*' or '?' or '\\':
                    Literal(like, glob[++i]);
                    break;
                default:
                    Literal(like, glob[i]);
                    break;
            }
        return PostgresText.Write(like.ToString());
    }

    private static void Literal(StringBuilder like, char c)
    {
        if (c is '%' or '_' or '\\')
            like.Append('\\');
        like.Append(c);
    }
}
